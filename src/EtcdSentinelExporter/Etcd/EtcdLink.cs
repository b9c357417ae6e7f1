using System.Collections.Immutable;
using EtcdSentinelExporter.Pki;

namespace EtcdSentinelExporter.Etcd;

/// <summary>The open connections to one member, and the TLS identity that they share.</summary>
internal sealed class EtcdLink : IDisposable
{
    private readonly TlsIdentitySource? _tls;
    private readonly EtcdClient _client;

    /// <param name="read">The bytes of a host path, bounded in size.</param>
    public EtcdLink(
        EtcdTarget target, Func<string, byte[]> read, EtcdTimeouts timeouts, PageAllowance pages, TimeProvider clock)
    {
        if (target.Endpoint.IsSecure || target.MetricsUrl.Scheme == Uri.UriSchemeHttps)
            _tls = new(new(target.CaFile, target.CertFile, target.KeyFile), read, clock);
        _client = new(target.Endpoint, _tls, timeouts, clock);
        Pages = new(_tls, timeouts, pages, clock);
    }

    public IEtcdClient Client => _client;

    public MetricsPageClient Pages { get; }

    public bool UsesTls => _tls is not null;

    /// <summary>What is wrong with the TLS files as they are now. Empty when nothing is, and without TLS.</summary>
    public ImmutableArray<LoadProblem> CredentialProblems => _tls?.Refresh().Problems ?? [];

    public void Dispose()
    {
        _client.Dispose();
        Pages.Dispose();
        _tls?.Dispose();
    }
}
