using System.Collections.Immutable;
using EtcdSentinelExporter.Certificates.Pem;

namespace EtcdSentinelExporter.Etcd.Client;

/// <summary>The clients of one member for gRPC and for its metrics page, with one shared TLS identity.</summary>
internal sealed class EtcdLink : IDisposable
{
    private readonly TlsIdentitySource? _tls;

    /// <param name="connection">Not disposed here.</param>
    /// <param name="read">Reads a file by its host path, with a size limit.</param>
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

    /// <summary>Problems of the current TLS files. Empty if there are none, and without TLS.</summary>
    public ImmutableArray<LoadProblem> CredentialProblems => _tls?.Refresh().Problems ?? [];

    public void Dispose()
    {
        Pages.Dispose();
        _tls?.Dispose();
    }
}
