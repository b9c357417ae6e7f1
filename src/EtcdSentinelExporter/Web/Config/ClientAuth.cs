namespace EtcdSentinelExporter.Web.Config;

/// <summary>Policy for client certificates, with the names of exporter-toolkit.</summary>
internal enum ClientAuth
{
    /// <summary>No client certificate is requested.</summary>
    NoClientCert,

    /// <summary>A client certificate is requested but optional, and is not verified.</summary>
    RequestClientCert,

    /// <summary>A client certificate is required, but is not verified.</summary>
    RequireAnyClientCert,

    /// <summary>A client certificate is optional; if sent, it must chain to client_ca_file.</summary>
    VerifyClientCertIfGiven,

    /// <summary>A client certificate is required, and must chain to client_ca_file.</summary>
    RequireAndVerifyClientCert,
}
