using System.Net.Sockets;
using System.Text;
using EtcdSentinelExporter.Web;

namespace EtcdSentinelExporter.Commands;

/// <summary>The verb <c>healthy</c>: asks an exporter without a port whether it still answers.</summary>
/// <remarks>For kubelet, which cannot ask a socket, in an image without a shell. It starts once a minute beside etcd,
/// so it speaks HTTP by hand: the client of .NET would double what it costs.</remarks>
internal static class HealthyCommand
{
    public const string Name = "healthy";

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);

    private static ReadOnlyMemory<byte> Question { get; } = Encoding.ASCII.GetBytes(
        $"GET {WebApp.HealthyPath} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n");

    private static ReadOnlyMemory<byte> Right { get; } = "HTTP/1.1 200 "u8.ToArray();

    /// <param name="problems">What else is wrong with the command line.</param>
    /// <returns>The exit code.</returns>
    public static async Task<int> RunAsync(
        string[] upstreams, IReadOnlyList<string> problems, Surroundings outside, CancellationToken stopping)
    {
        foreach (var problem in problems)
            await outside.Error.WriteLineAsync(problem);
        var socket = Upstream.Parse(upstreams);
        if (socket is null)
            await outside.Error.WriteLineAsync($"{Upstream.Flag}: {Upstream.Advice}");
        if (socket is null || problems.Count > 0)
            return ExitCode.Usage;
        using var late = new CancellationTokenSource(Patience, outside.Clock);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(late.Token, stopping);
        try
        {
            if (await IsRightAsync(socket, either.Token))
                return ExitCode.Done;
            await outside.Error.WriteLineAsync($"{socket}: what listens there does not say that it is healthy.");
        }
        catch (SocketException e)
        {
            await outside.Error.WriteLineAsync($"{socket}: {Forwarder.Problem(e)}");
        }
        catch (OperationCanceledException)
        {
            await outside.Error.WriteLineAsync($"{socket}: no answer within {Patience.TotalSeconds} s.");
        }
        return ExitCode.Failed;
    }

    private static async Task<bool> IsRightAsync(UnixDomainSocketEndPoint where, CancellationToken token)
    {
        using var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        await socket.ConnectAsync(where, token);
        await socket.SendAsync(Question, token);
        var answer = new byte[Right.Length];
        var read = 0;
        while (read < answer.Length && await socket.ReceiveAsync(answer.AsMemory(read), token) is > 0 and var more)
            read += more;
        return answer.AsSpan().SequenceEqual(Right.Span);
    }
}
