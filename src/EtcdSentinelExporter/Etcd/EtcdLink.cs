using System.Collections.Immutable;
using EtcdSentinelExporter.Pki;

namespace EtcdSentinelExporter.Etcd;

/// <summary>The open connections to one member, and the TLS identity that they share.</summary>
internal sealed class EtcdLink : IDisposable
{
    private const long LargestPage = 64 << 20;

    // A page of 200 kB takes a few milliseconds; one that takes longer must leave time for the questions that matter more.
    private static readonly TimeSpan PageDeadline = TimeSpan.FromSeconds(1);

    private readonly TlsIdentitySource? _tls;
    private readonly EtcdClient _client;

    /// <param name="read">The bytes of a host path, bounded in size.</param>
    public EtcdLink(EtcdTarget target, Func<string, byte[]> read, EtcdTimeouts timeouts, TimeProvider clock)
    {
        if (target.Endpoint.IsSecure || target.MetricsUrl.Scheme == Uri.UriSchemeHttps)
            _tls = new(new(target.CaFile, target.CertFile, target.KeyFile), read, clock);
        _client = new(target.Endpoint, _tls, timeouts, clock);
        Pages = new(_tls, timeouts, PageDeadline, LargestPage, clock);
    }

    public IEtcdClient Client => _client;

    public MetricsPageClient Pages { get; }

    /// <summary>What is wrong with the TLS files as they are now. Empty when nothing is, and without TLS.</summary>
    public ImmutableArray<LoadProblem> CredentialProblems => _tls?.Refresh().Problems ?? [];

    public void Dispose()
    {
        _client.Dispose();
        Pages.Dispose();
        _tls?.Dispose();
    }
}
