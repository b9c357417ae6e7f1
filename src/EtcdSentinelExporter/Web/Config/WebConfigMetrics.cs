using EtcdSentinelExporter.Metrics;

namespace EtcdSentinelExporter.Web.Config;

/// <summary>Series about <c>web.config.file</c>; none if it is not set.</summary>
internal static class WebConfigMetrics
{
    private static readonly Subject<WebConfigReading, WebConfigReading> Config = new(reading => [reading], [], _ => []);

    public static ImmutableArray<MetricFamily<WebConfigReading>> Families { get; } =
    [
        Config.Gauge("etcd_sentinel_web_config_load_success",
            "1 if web.config.file and the files in it are valid, otherwise 0. While they are invalid, the last valid "
            + "ones stay in use, and the log contains the reason. Absent without web.config.file.",
            config => config.IsValid),

        Config.Gauge("etcd_sentinel_web_config_last_success_timestamp_seconds",
            "Unix time at which web.config.file and the files in it were last valid.",
            config => config.LastValidAt),

        Config.Gauge("etcd_sentinel_web_certificate_not_before_timestamp_seconds",
            "Unix time at which the exporter's own server certificate becomes valid. Absent without TLS.",
            config => config.NotBefore),

        Config.Gauge("etcd_sentinel_web_certificate_not_after_timestamp_seconds",
            "Unix time at which the exporter's own server certificate expires. Absent without TLS.",
            config => config.NotAfter),

        Config.Each(Refused, ["reason"], refused => [refused.Reason])
            .Counter("etcd_sentinel_web_requests_refused_total",
            "Rejected requests by reason: no valid user name and password (credentials), or above rate_limit or the "
            + "limit of concurrent password checks (too_many). With TLS also handshakes with an invalid or missing "
            + "client certificate (client_certificate); the log contains the reason. Requests above the limits of "
            + "concurrent ones get 503 and are not counted.",
            refused => refused.Part.Count),
    ];

    private static IEnumerable<(string Reason, long Count)> Refused(WebConfigReading config) =>
    [
        ("credentials", config.UnauthorizedRequests),
        .. config.Refused is { } refused ? [("client_certificate", refused)] : Array.Empty<(string, long)>(),
        ("too_many", config.ThrottledRequests),
    ];
}
