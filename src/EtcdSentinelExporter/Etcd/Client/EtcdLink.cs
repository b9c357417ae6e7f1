using System.Collections.Immutable;
using EtcdSentinelExporter.Certificates.Pem;

namespace EtcdSentinelExporter.Etcd.Client;

/// <summary>The way to one member, and the TLS identity that its calls and pages share.</summary>
internal sealed class EtcdLink : IDisposable
{
    private readonly TlsIdentitySource? _tls;

    /// <param name="connection">Not disposed here.</param>
    /// <param name="read">The bytes of a host path, bounded in size.</param>
    public EtcdLink(
        EtcdTarget target, EtcdConnection connection, Func<string, byte[]> read, EtcdTimeouts timeouts,
        PageAllowance pages, TimeProvider clock)
    {
        if (target.Endpoint.IsSecure || target.MetricsUrl.Scheme == Uri.UriSchemeHttps)
            _tls = new(new(target.CaFile, target.CertFile, target.KeyFile), read, clock);
        Client = new(connection, _tls);
        Pages = new(_tls, timeouts, pages, clock);
    }

    public EtcdClient Client { get; }

    public MetricsPageClient Pages { get; }

    public bool UsesTls => _tls is not null;

    /// <summary>What is wrong with the TLS files as they are now. Empty when nothing is, and without TLS.</summary>
    public ImmutableArray<LoadProblem> CredentialProblems => _tls?.Refresh().Problems ?? [];

    public void Dispose()
    {
        Pages.Dispose();
        _tls?.Dispose();
    }
}
