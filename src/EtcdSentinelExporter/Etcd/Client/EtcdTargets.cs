using EtcdSentinelExporter.Certificates.Pem;
using EtcdSentinelExporter.Etcd.Discovery;

namespace EtcdSentinelExporter.Etcd.Client;

/// <summary>One member to poll, with everything that connecting to it needs.</summary>
/// <param name="CaFile">Host path, like the next two; <see langword="null"/> if none is used.</param>
/// <param name="MetricsUrl">URL of the member's own metrics page.</param>
/// <param name="Installation">How this member was started; <see langword="null"/> if it runs on another
/// node.</param>
internal sealed record EtcdTarget(
    EtcdEndpoint Endpoint, string? CaFile, string? CertFile, string? KeyFile, Uri MetricsUrl,
    EtcdInstallation? Installation)
{
    /// <summary>True if only the metrics page is known; <see cref="Endpoint"/> is then the address of that
    /// page.</summary>
    public bool IsPageOnly { get; init; }

    /// <summary>The same member at other addresses, for the case that this one does not work.</summary>
    public ImmutableArray<EtcdTarget> Alternatives { get; init; } = [];

    /// <summary>This target and its alternatives.</summary>
    public ImmutableArray<EtcdTarget> Candidates() => [this, .. Alternatives];

    /// <summary>True if no other member can answer at this address.</summary>
    public bool IsLocal => MetricsUrl.IsLoopback
        || Installation?.ListenClientUrls.Contains(Endpoint.Text, StringComparer.Ordinal) == true;

    /// <summary>What a connection depends on: how the member was started may change without a new one.</summary>
    public EtcdTarget Connection() => this with { Installation = null, Alternatives = [] };

    /// <summary>True if another address of the member may work where this failure occurred.</summary>
    public static bool IsWrongAddress(string reason) =>
        reason is EtcdReason.Unreachable or EtcdReason.Dns or TlsReason.NameMismatch;
}

/// <summary>Decides which members are polled, and how: by the settings first, then by discovery.</summary>
internal static class EtcdTargets
{
    /// <summary>Returns one target per endpoint; empty if no etcd is configured and none was found, or none has an
    /// address.</summary>
    /// <exception cref="FormatException">A discovered URL is not a valid endpoint.</exception>
    public static ImmutableArray<EtcdTarget> Of(
        EtcdOverrides overrides, ImmutableArray<EtcdInstallation> installations) =>
        overrides switch
        {
            { Endpoints: [_, ..] endpoints } =>
                [.. endpoints.Select(endpoint => Configured(endpoint, overrides, installations))],
            { MetricsUrl: { } url } when installations.All(installation => installation.ClientUrl is null) =>
                [PageOnly(url, overrides, installation: null)],
            _ => [.. installations.Select(found => Discovered(found, overrides, isOnly: installations is [_]))
                .OfType<EtcdTarget>()],
        };

    /// <summary>Returns what was discovered, as the settings complete it.</summary>
    public static EtcdDiscovered Complete(this EtcdOverrides overrides, EtcdDiscovered discovered) =>
        overrides is { Endpoints: [], MetricsUrl: null } ? discovered : discovered with
        {
            ExpectedBy = discovered.ExpectedBy.Add(EtcdEvidence.Settings),
            // An address that is set replaces one that cannot be found.
            Problems = discovered.Problems.RemoveAll(problem => problem.Reason == EtcdConfigProblem.NoAddress),
        };

    private static EtcdTarget Configured(
        EtcdEndpoint endpoint, EtcdOverrides overrides, ImmutableArray<EtcdInstallation> installations)
    {
        var own = Of(endpoint);
        // Members of one cluster usually accept the same client certificate.
        var near = own ?? Of(overrides.ListedBy.GetValueOrDefault(endpoint)) ?? installations.FirstOrDefault();
        return Target(endpoint, overrides, own, near, isOnly: overrides.Endpoints is [_]);

        EtcdInstallation? Of(EtcdEndpoint? at) => at is null ? null
            : installations.FirstOrDefault(installation => EndpointsOf(installation).Contains(at));
    }

    // One URL of the node's own member is enough: all its URLs belong to the same process.
    private static EtcdTarget? Discovered(EtcdInstallation installation, EtcdOverrides overrides, bool isOnly) =>
        installation switch
        {
            { ClientUrl: { } url } => At(new(url, installation.MetricsUrl), installation, overrides, isOnly) with
            {
                Alternatives = [.. installation.Alternatives.Select(at => At(at, installation, overrides, isOnly))],
            },
            { MetricsUrl: { } page } => PageOnly(new(page), overrides, installation),
            _ => null,
        };

    private static EtcdTarget At(
        EtcdAddress address, EtcdInstallation installation, EtcdOverrides overrides, bool isOnly) =>
        Target(
            EtcdEndpoint.Parse(address.ClientUrl), overrides,
            installation with { MetricsUrl = address.MetricsUrl }, installation, isOnly) with
        {
            Installation = installation,
        };


    // If only a metrics URL is known, the user wants that page; no target would look like "no etcd on this node".
    private static EtcdTarget PageOnly(Uri url, EtcdOverrides overrides, EtcdInstallation? installation)
    {
        var endpoint = EtcdEndpoint.Parse($"{url.Scheme}://{url.Host}:{url.Port}");
        return Target(endpoint, overrides, installation, installation, isOnly: true) with
        {
            MetricsUrl = url,
            IsPageOnly = true,
        };
    }

    private static EtcdTarget Target(
        EtcdEndpoint endpoint, EtcdOverrides overrides, EtcdInstallation? own, EtcdInstallation? credentials,
        bool isOnly)
    {
        var metrics = isOnly && overrides.MetricsUrl is { } configured ? configured
            : own?.MetricsUrl is { } discovered ? new Uri(discovered)
            // Without --listen-metrics-urls etcd serves its metrics on the client port.
            : new Uri(endpoint.Address, "/metrics");
        return new(
            endpoint,
            overrides.CaFile ?? credentials?.CaFile,
            overrides.CertFile ?? credentials?.CertFile,
            overrides.KeyFile ?? credentials?.KeyFile,
            metrics,
            own);
    }

    /// <summary>Every endpoint of this installation.</summary>
    private static IEnumerable<EtcdEndpoint> EndpointsOf(EtcdInstallation installation) =>
        installation.ListenClientUrls.Concat(installation.AdvertiseClientUrls).Prepend(installation.ClientUrl)
            .Concat(installation.Alternatives.Select(address => address.ClientUrl))
            .OfType<string>()
            .Where(url => Uri.TryCreate(url, UriKind.Absolute, out var parsed) && parsed.Scheme is "http" or "https")
            .Select(EtcdEndpoint.Parse);
}
