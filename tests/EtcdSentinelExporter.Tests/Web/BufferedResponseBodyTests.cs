using EtcdSentinelExporter.Web;
using Microsoft.AspNetCore.Http;
using Xunit;

namespace EtcdSentinelExporter.Tests.Web;

public sealed class BufferedResponseBodyTests
{
    [Fact]
    public async Task At_most_128_KiB_are_held_back()
    {
        const int held = 128 * 1024;
        using var sent = new MemoryStream();
        var http = new DefaultHttpContext();
        http.Response.Body = sent;
        var body = new BufferedResponseBody(http.Response);

        await body.WriteAsync(new byte[held - 1], CancellationToken.None);
        await body.WriteAsync(new byte[1], CancellationToken.None);
        Assert.Equal((false, 0L), (body.HasStarted, sent.Length));

        await body.WriteAsync(new byte[1], CancellationToken.None);
        Assert.Equal((true, held + 1L), (body.HasStarted, sent.Length));
    }
}
