using EtcdSentinelExporter.Web;
using Microsoft.AspNetCore.Http;
using Xunit;

namespace EtcdSentinelExporter.Tests.Web;

public sealed class PlacesTests
{
    private readonly Places _places = new(most: 1, "pages are on their way");

    [Fact]
    public async Task One_more_than_there_are_places_is_told_to_come_back_later()
    {
        var slow = new TaskCompletionSource();
        var first = _places.ServeAsync(new DefaultHttpContext(), () => slow.Task);

        var refused = await AskAsync();
        slow.SetResult();
        await first;

        Assert.Equal(StatusCodes.Status503ServiceUnavailable, refused.StatusCode);
        Assert.Equal("1", refused.Headers.RetryAfter);
        Assert.Equal(StatusCodes.Status200OK, (await AskAsync()).StatusCode);
    }

    [Fact]
    public async Task An_answer_that_fails_gives_its_place_back()
    {
        await Assert.ThrowsAsync<IOException>(
            () => _places.ServeAsync(new DefaultHttpContext(), () => throw new IOException("gone")));

        Assert.Equal(StatusCodes.Status200OK, (await AskAsync()).StatusCode);
    }

    private async Task<HttpResponse> AskAsync()
    {
        var http = new DefaultHttpContext();
        await _places.ServeAsync(http, () => Task.CompletedTask);
        return http.Response;
    }
}
