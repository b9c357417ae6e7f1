namespace EtcdSentinelExporter.Web.Config;

/// <summary>How the web configuration is doing.</summary>
/// <param name="IsRight">Whether the files on disk could be used as they are.</param>
/// <param name="RightAt">When they could last.</param>
/// <param name="NotBefore">When the certificate in use begins; <see langword="null"/> without TLS.</param>
/// <param name="NotAfter">When the certificate in use ends; <see langword="null"/> without TLS.</param>
/// <param name="UnauthorizedRequests">Requests without a right name and password, since the start.</param>
/// <param name="Refused">Client certificates that were refused, since the start; <see langword="null"/>
/// without TLS.</param>
/// <param name="ThrottledRequests">Requests beyond what is allowed, since the start.</param>
internal sealed record WebConfigReading(
    bool IsRight, DateTimeOffset? RightAt, DateTimeOffset? NotBefore, DateTimeOffset? NotAfter,
    long UnauthorizedRequests, long? Refused, long ThrottledRequests);
