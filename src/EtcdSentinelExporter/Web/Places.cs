namespace EtcdSentinelExporter.Web;

/// <summary>So many answers may be on their way at the same time; one more is told to come back later.</summary>
/// <param name="most">How many.</param>
/// <param name="what">What they are, for the one who is refused: <c>scrapes are running</c>.</param>
internal sealed class Places(int most, string what)
{
    private int _taken;

    /// <summary>Answers, or refuses.</summary>
    public async Task ServeAsync(HttpContext http, Func<Task> answer)
    {
        try
        {
            if (Interlocked.Increment(ref _taken) <= most)
                await answer();
            else
                await RefuseAsync(http);
        }
        finally
        {
            Interlocked.Decrement(ref _taken);
        }
    }

    private Task RefuseAsync(HttpContext http)
    {
        http.Response.Headers.RetryAfter = "1";
        return PlainText.WriteAsync(http, StatusCodes.Status503ServiceUnavailable,
            $"{most} {what} already; try again later.");
    }
}
