using System.IO.Pipelines;
using System.Net;
using EtcdSentinelExporter.Web;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Xunit;

namespace EtcdSentinelExporter.Tests.Web;

public sealed class ResponseLimitTests : IDisposable
{
    private readonly ResponseLimit _limit = new(max: 3, maxPerClient: 2, "pages are on their way");

    public void Dispose() => _limit.Dispose();

    [Fact]
    public async Task One_client_gets_its_share_and_another_what_is_left()
    {
        var slow = new TaskCompletionSource();
        Task[] running = [ServeAsync("10.0.0.1", slow), ServeAsync("10.0.0.1", slow)];

        var third = await AskAsync("10.0.0.1");
        var other = ServeAsync("10.0.0.2", slow);
        var full = await AskAsync("10.0.0.3");
        slow.SetResult();
        await Task.WhenAll([.. running, other]);

        Assert.Equal((503, "1"), (third.StatusCode, third.Headers.RetryAfter.ToString()));
        Assert.Equal((503, "1"), (full.StatusCode, full.Headers.RetryAfter.ToString()));
        Assert.Equal(3, _limit.Available);
        Assert.Equal(200, (await AskAsync("10.0.0.1")).StatusCode);
    }

    [Fact]
    public async Task A_response_that_fails_gives_its_place_back()
    {
        await Assert.ThrowsAsync<IOException>(
            () => _limit.ServeAsync(new DefaultHttpContext(), () => throw new IOException("gone")));

        Assert.Equal(3, _limit.Available);
    }

    // A server may never complete a write to a peer that is gone; it only cancels the request.
    [Fact]
    public async Task A_body_that_nobody_takes_ends_with_its_connection()
    {
        using var gone = new CancellationTokenSource();
        var http = new DefaultHttpContext { RequestAborted = gone.Token };
        http.Features.Set<IHttpResponseBodyFeature>(new NeverRead());
        var serving = _limit.ServeAsync(http, () => PlainText.WriteAsync(http, 200, "page"));
        Assert.Equal(2, _limit.Available);

        await gone.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => serving);
        Assert.Equal(3, _limit.Available);
    }

    private async Task<HttpResponse> AskAsync(string from)
    {
        var http = From(from);
        await _limit.ServeAsync(http, () => Task.CompletedTask);
        return http.Response;
    }

    private Task ServeAsync(string from, TaskCompletionSource until) =>
        _limit.ServeAsync(From(from), () => until.Task);

    private static DefaultHttpContext From(string address)
    {
        var http = new DefaultHttpContext();
        http.Connection.RemoteIpAddress = IPAddress.Parse(address);
        return http;
    }

    /// <summary>A body whose first byte already fills the pipe.</summary>
    private sealed class NeverRead : IHttpResponseBodyFeature
    {
        private readonly Pipe _pipe = new(new(pauseWriterThreshold: 1, resumeWriterThreshold: 0));

        public Stream Stream => Writer.AsStream();

        public PipeWriter Writer => _pipe.Writer;

        public void DisableBuffering()
        {
            // Nothing is buffered.
        }

        public Task StartAsync(CancellationToken cancellationToken = default) => Task.CompletedTask;

        public Task SendFileAsync(
            string path, long offset, long? count, CancellationToken cancellationToken = default) =>
            throw new NotSupportedException();

        public Task CompleteAsync() => Task.CompletedTask;
    }
}
