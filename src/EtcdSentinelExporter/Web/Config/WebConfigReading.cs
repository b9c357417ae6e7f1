namespace EtcdSentinelExporter.Web.Config;

/// <summary>State of the web configuration.</summary>
/// <param name="IsValid">True if the current files are valid.</param>
/// <param name="LastValidAt">When the files were last valid.</param>
/// <param name="NotBefore">Start of the validity of the certificate in use; <see langword="null"/> without
/// TLS.</param>
/// <param name="NotAfter">End of the validity of the certificate in use; <see langword="null"/> without TLS.</param>
/// <param name="UnauthorizedRequests">Requests without a valid user name and password since the start.</param>
/// <param name="Refused">Rejected client certificates since the start; <see langword="null"/> without TLS.</param>
/// <param name="ThrottledRequests">Requests above the limits since the start.</param>
internal sealed record WebConfigReading(
    bool IsValid, DateTimeOffset? LastValidAt, DateTimeOffset? NotBefore, DateTimeOffset? NotAfter,
    long UnauthorizedRequests, long? Refused, long ThrottledRequests);
