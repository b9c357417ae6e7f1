namespace EtcdSentinelExporter.Web.Config;

/// <summary>What is asked of a client's certificate; the five words are those of exporter-toolkit.</summary>
internal enum ClientAuth
{
    /// <summary>None is asked for.</summary>
    NoClientCert,

    /// <summary>One is asked for, and any or none is taken.</summary>
    RequestClientCert,

    /// <summary>One has to be shown, of whomever it is.</summary>
    RequireAnyClientCert,

    /// <summary>One that is shown has to be of a CA of ours.</summary>
    VerifyClientCertIfGiven,

    /// <summary>One of a CA of ours has to be shown.</summary>
    RequireAndVerifyClientCert,
}
