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
}

/// <summary>Decides which members are polled, and how: by the settings first, then by discovery.</summary>
internal static class EtcdTargets
{
    /// <summary>Returns one target per endpoint; empty if no etcd is configured and none was found.</summary>
    /// <exception cref="FormatException">A discovered URL is not a valid endpoint.</exception>
    public static ImmutableArray<EtcdTarget> Of(EtcdOverrides overrides, EtcdInstallation? installation)
    {
        var endpoints = overrides.Endpoints is [_, ..] ? overrides.Endpoints : OwnMember(installation);
        if (endpoints.IsEmpty)
            return MetricsPageOnly(overrides, installation);
        return [.. endpoints.Select(endpoint => Target(endpoint, overrides, installation, isOnly: endpoints is [_]))];
    }

    // One URL of the node's own member is enough: all its URLs belong to the same process.
    private static ImmutableArray<EtcdEndpoint> OwnMember(EtcdInstallation? installation) =>
        installation is { ClientUrl: { } url } ? [EtcdEndpoint.Parse(url)] : [];

    // If only a metrics URL is set, the user wants that page; no target would look like "no etcd on this node".
    private static ImmutableArray<EtcdTarget> MetricsPageOnly(EtcdOverrides overrides, EtcdInstallation? installation)
    {
        var url = overrides.MetricsUrl ?? (installation?.MetricsUrl is { } discovered ? new Uri(discovered) : null);
        if (url is null)
            return [];
        var endpoint = EtcdEndpoint.Parse($"{url.Scheme}://{url.Host}:{url.Port}");
        return [Target(endpoint, overrides, installation, isOnly: true) with
        {
            MetricsUrl = url,
            Installation = overrides.MetricsUrl is null ? installation : null,
            IsPageOnly = true,
        }];
    }

    private static EtcdTarget Target(
        EtcdEndpoint endpoint, EtcdOverrides overrides, EtcdInstallation? installation, bool isOnly)
    {
        var own = installation is not null && EndpointsOf(installation).Contains(endpoint) ? installation : null;
        var metrics = isOnly && overrides.MetricsUrl is { } configured ? configured
            : own?.MetricsUrl is { } discovered ? new Uri(discovered)
            // Without --listen-metrics-urls etcd serves its metrics on the client port.
            : new Uri(endpoint.Address, "/metrics");
        return new(
            endpoint,
            overrides.CaFile ?? installation?.CaFile,
            overrides.CertFile ?? installation?.CertFile,
            overrides.KeyFile ?? installation?.KeyFile,
            metrics,
            own);
    }

    /// <summary>Every endpoint of this installation.</summary>
    private static IEnumerable<EtcdEndpoint> EndpointsOf(EtcdInstallation installation) =>
        installation.ListenClientUrls.Concat(installation.AdvertiseClientUrls).Prepend(installation.ClientUrl)
            .OfType<string>()
            .Where(url => Uri.TryCreate(url, UriKind.Absolute, out var parsed) && parsed.Scheme is "http" or "https")
            .Select(EtcdEndpoint.Parse);
}
