using EtcdSentinelExporter.Web.Config;

namespace EtcdSentinelExporter.Web;

/// <summary>Authenticates requests and limits their rate, according to the current web configuration.</summary>
/// <remarks>Client certificates are verified earlier, in the TLS handshake.</remarks>
internal sealed class AccessGuard(WebConfigSource config, RefusedRequests refused, TimeProvider clock)
{
    private readonly Passwords _passwords = new(Bcrypt.Verify, clock);
    private readonly RateGate _rate = new(clock);

    /// <summary>Middleware in front of the pages. Health pages need no password, because kubelet probes have
    /// none.</summary>
    public RequestDelegate Guard(RequestDelegate pages) => async http =>
    {
        var now = config.Current();
        foreach (var (name, value) in now.Headers)
            http.Response.Headers[name] = value;
        if (IsHealthPage(http.Request.Path.Value))
        {
            await pages(http);
        }
        else if (!_rate.TryAcquire(now.Rate))
        {
            await RefuseAsync(
                http, StatusCodes.Status429TooManyRequests, "Too many requests: rate_limit exceeded; retry later.");
        }
        else if (now.Users.Count == 0)
        {
            await pages(http);
        }
        else
        {
            await AuthenticateAsync(http, now, pages);
        }
    };

    private static bool IsHealthPage(string? path) => path is WebApp.HealthyPath or WebApp.ReadyPath;

    private async Task AuthenticateAsync(HttpContext http, WebConfiguration now, RequestDelegate pages)
    {
        var credentials = http.Request.Headers.Authorization is [var only] ? BasicCredentials.Parse(only) : null;
        var verdict = credentials is null
            ? PasswordVerdict.Invalid
            : await _passwords.CheckAsync(
                now.Users, credentials.Name, credentials.Password, ClientKey.Of(http.Connection.RemoteIpAddress),
                http.RequestAborted);
        if (verdict is PasswordVerdict.Valid)
        {
            await pages(http);
        }
        else if (verdict is PasswordVerdict.Throttled)
        {
            await RefuseAsync(
                http, StatusCodes.Status503ServiceUnavailable,
                "Too many concurrent password checks; retry later.");
        }
        else
        {
            await ChallengeAsync(http);
        }
    }

    private Task ChallengeAsync(HttpContext http)
    {
        refused.CountUnauthorized();
        http.Response.Headers.WWWAuthenticate = "Basic realm=\"etcd-sentinel-exporter\", charset=\"UTF-8\"";
        return EndAsync(
            http, StatusCodes.Status401Unauthorized, "Unauthorized: a valid user name and password are required.");
    }

    private Task RefuseAsync(HttpContext http, int status, string sentence)
    {
        refused.CountThrottled();
        http.Response.Headers.RetryAfter = "1";
        return EndAsync(http, status, sentence);
    }

    private static Task EndAsync(HttpContext http, int status, string sentence)
    {
        Site.Describe(http.Response);
        return PlainText.WriteAsync(http, status, sentence);
    }
}
