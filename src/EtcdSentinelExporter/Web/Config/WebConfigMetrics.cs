using System.Collections.Immutable;
using EtcdSentinelExporter.Metrics;

namespace EtcdSentinelExporter.Web.Config;

/// <summary>Series about <c>web.config.file</c>; none without it.</summary>
internal static class WebConfigMetrics
{
    private static readonly Subject<WebConfigReading, WebConfigReading> Config = new(reading => [reading], [], _ => []);

    public static ImmutableArray<MetricFamily<WebConfigReading>> Families { get; } =
    [
        Config.Gauge("etcd_sentinel_web_config_load_success",
            "Whether web.config.file and the files that it names could be used as they are on disk: 1 or 0. With 0 the "
            + "last ones that could stay in use, and the log says what is wrong. Absent without web.config.file.",
            config => config.IsRight),

        Config.Gauge("etcd_sentinel_web_config_last_success_timestamp_seconds",
            "When web.config.file and the files that it names could last be used.",
            config => config.RightAt),

        Config.Gauge("etcd_sentinel_web_certificate_not_before_timestamp_seconds",
            "When the certificate begins that the exporter itself serves. Absent without TLS.",
            config => config.NotBefore),

        Config.Gauge("etcd_sentinel_web_certificate_not_after_timestamp_seconds",
            "When the certificate ends that the exporter itself serves. Absent without TLS.",
            config => config.NotAfter),

        Config.Each(Refused, ["reason"], refused => [refused.Reason])
            .Counter("etcd_sentinel_web_requests_refused_total",
            "Requests that were turned away: without a right name and password (credentials), or beyond rate_limit and "
            + "the passwords that can be checked at once (too_many). With TLS also handshakes that ended because the "
            + "client's certificate was refused or missing (client_certificate); the log says why.",
            refused => refused.Part.Count),
    ];

    private static IEnumerable<(string Reason, long Count)> Refused(WebConfigReading config) =>
    [
        ("credentials", config.UnauthorizedRequests),
        .. config.Refused is { } refused ? [("client_certificate", refused)] : Array.Empty<(string, long)>(),
        ("too_many", config.ThrottledRequests),
    ];
}
