using System.Net.Sockets;
using System.Text;
using EtcdSentinelExporter.Commands;
using EtcdSentinelExporter.Tests.Support;
using Xunit;

namespace EtcdSentinelExporter.Tests.Commands;

public sealed class HealthyCommandTests : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory();
    private readonly FakeClock _clock = new();
    private readonly StringWriter _error = new();

    private string Path => System.IO.Path.Combine(_folder.FullName, "s");

    public void Dispose()
    {
        _error.Dispose();
        _folder.Delete(recursive: true);
    }

    [Theory]
    [InlineData("HTTP/1.1 200 OK\r\n\r\n", 0)]
    [InlineData("HTTP/1.1 200", 1)]
    [InlineData("HTTP/1.1 503 Service Unavailable\r\n\r\n", 1)]
    [InlineData("SSH-2.0-OpenSSH_9.2\r\n", 1)]
    [InlineData("", 1)]
    public async Task Only_a_whole_200_is_healthy(string answer, int expected)
    {
        using var listening = Listen();
        var asking = RunAsync($"--upstream=unix:{Path}");
        var question = new byte[4096];
        using (var asked = await listening.AcceptAsync())
        {
            var length = await asked.ReceiveAsync(question);
            Assert.StartsWith(
                "GET /-/healthy HTTP/1.1\r\nHost: ", Encoding.ASCII.GetString(question, 0, length),
                StringComparison.Ordinal);
            await asked.SendAsync(Encoding.ASCII.GetBytes(answer));
        }

        Assert.Equal(expected, await asking);
        Assert.Equal(expected == 0, _error.ToString() is "");
    }

    [Fact]
    public async Task An_exporter_that_takes_the_connection_and_is_silent_is_waited_for_5_seconds()
    {
        using var listening = Listen();
        var asking = RunAsync($"--upstream=unix:{Path}");
        using var asked = await listening.AcceptAsync();
        await asked.ReceiveAsync(new byte[4096]);
        Assert.False(asking.IsCompleted);

        _clock.Advance(TimeSpan.FromSeconds(5));

        Assert.Equal(1, await asking);
        Assert.Equal($"{Path}: no answer within 5 s.\n", _error.ToString());
    }

    [Fact]
    public async Task A_socket_that_is_not_there_is_1()
    {
        Assert.Equal(1, await RunAsync($"--upstream=unix:{Path}"));
        Assert.StartsWith($"{Path}: there is no such socket", _error.ToString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData]
    [InlineData("--upstream=127.0.0.1:1")]
    [InlineData("--upstream=unix:/a", "--upstream=unix:/b")]
    public async Task Anything_but_one_socket_is_64(params string[] flags)
    {
        Assert.Equal(64, await RunAsync(flags));
        Assert.StartsWith("--upstream: name the socket", _error.ToString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("--upstrem=unix:/b", "--upstrem")]
    [InlineData("serve", "serve")]
    public async Task A_word_that_it_does_not_know_is_64_and_named(string word, string named)
    {
        Assert.Equal(64, await RunAsync($"--upstream=unix:{Path}", word));
        Assert.StartsWith($"«{named}» (command line): ", _error.ToString(), StringComparison.Ordinal);
    }

    // With a setting in the environment that nobody could start with: the exporter's settings are not asked for.
    private Task<int> RunAsync(params string[] flags) => CommandLine.RunAsync(
        ["healthy", .. flags],
        new(TextWriter.Null, _error,
            new Dictionary<string, string>(StringComparer.Ordinal) { ["ETCDSENTINEL_LOG_LEVEL"] = "x" },
            _ => throw new FormatException("no files here."), _clock));

    private Socket Listen()
    {
        var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        socket.Bind(new UnixDomainSocketEndPoint(Path));
        socket.Listen();
        return socket;
    }
}
