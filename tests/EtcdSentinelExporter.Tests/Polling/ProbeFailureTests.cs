using System.Net.Sockets;
using System.Security.Authentication;
using EtcdSentinelExporter.Polling;
using Xunit;

namespace EtcdSentinelExporter.Tests.Polling;

public class ProbeFailureTests
{
    public static TheoryData<Exception, string> Reasons => new()
    {
        { new TaskCanceledException(), "timeout" },
        { new TimeoutException("late"), "timeout" },
        { new UnauthorizedAccessException("no"), "forbidden" },
        { new FileNotFoundException("no"), "missing" },
        { new DirectoryNotFoundException("no"), "missing" },
        { new AuthenticationException("no"), "tls" },
        { new HttpRequestException("no", new AuthenticationException("no")), "tls" },
        { new HttpRequestException("no"), "unreachable" },
        { new IOException("no"), "io" },
        { new IOException("no", new SocketException(104)), "unreachable" },
        { new SocketException(111), "unreachable" },
        { new FormatException("no"), "malformed" },
        { new InvalidDataException("no"), "malformed" },
        { new InsufficientMemoryException(), "out_of_memory" },
        { new InvalidOperationException("no"), "bug" },
    };

    [Theory]
    [MemberData(nameof(Reasons))]
    public void Every_exception_has_a_reason_of_the_list(Exception error, string reason)
    {
        Assert.Equal(reason, ProbeFailure.From(error).Reason);
        Assert.Contains(reason, ProbeFailure.Reasons, StringComparer.Ordinal);
    }

    [Fact]
    public void A_message_is_one_line_of_bearable_length()
    {
        var message = ProbeFailure.From(new IOException($"first\r\nsecond\t{new string('x', 5000)}")).Message;

        Assert.StartsWith("first second x", message, StringComparison.Ordinal);
        Assert.InRange(message.Length, 100, 301);
    }

    [Fact]
    public void A_bug_names_the_exception() =>
        Assert.Equal("InvalidOperationException: odd", ProbeFailure.From(new InvalidOperationException("odd")).Message);
}
