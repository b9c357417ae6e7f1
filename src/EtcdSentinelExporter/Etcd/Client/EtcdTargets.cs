using System.Collections.Immutable;
using EtcdSentinelExporter.Etcd.Discovery;

namespace EtcdSentinelExporter.Etcd.Client;

/// <summary>Decides which members are polled, and how: by the settings first, then by discovery.</summary>
internal static class EtcdTargets
{
    /// <summary>Returns one target per endpoint; empty if no etcd is configured and none was found.</summary>
    /// <exception cref="FormatException">A discovered URL is not a valid endpoint.</exception>
    public static ImmutableArray<EtcdTarget> Of(EtcdOverrides given, EtcdInstallation? installation)
    {
        var endpoints = given.Endpoints is [_, ..] ? given.Endpoints : OwnMember(installation);
        if (endpoints.IsEmpty)
            return PageAlone(given, installation);
        return [.. endpoints.Select(endpoint => Target(endpoint, given, installation, only: endpoints is [_]))];
    }

    // One URL of the node's own member is enough: all its URLs belong to the same process.
    private static ImmutableArray<EtcdEndpoint> OwnMember(EtcdInstallation? installation) =>
        installation is { ClientUrl: { } url } ? [EtcdEndpoint.Parse(url)] : [];

    // If only a metrics URL is set, the user wants that page. No target at all would look like "no etcd on this node".
    private static ImmutableArray<EtcdTarget> PageAlone(EtcdOverrides given, EtcdInstallation? installation)
    {
        var url = given.MetricsUrl ?? (installation?.MetricsUrl is { } discovered ? new Uri(discovered) : null);
        if (url is null)
            return [];
        var endpoint = EtcdEndpoint.Parse($"{url.Scheme}://{url.Host}:{url.Port}");
        return [Target(endpoint, given, installation, only: true) with
        {
            MetricsUrl = url,
            Installation = given.MetricsUrl is null ? installation : null,
            IsPageOnly = true,
        }];
    }

    private static EtcdTarget Target(
        EtcdEndpoint endpoint, EtcdOverrides given, EtcdInstallation? installation, bool only)
    {
        var own = installation is not null && LeadTo(installation).Contains(endpoint) ? installation : null;
        var metrics = only && given.MetricsUrl is { } said ? said
            : own?.MetricsUrl is { } discovered ? new Uri(discovered)
            // Without --listen-metrics-urls etcd serves its metrics on the client port.
            : new Uri(endpoint.Address, "/metrics");
        return new(
            endpoint,
            given.CaFile ?? installation?.CaFile,
            given.CertFile ?? installation?.CertFile,
            given.KeyFile ?? installation?.KeyFile,
            metrics,
            own);
    }

    /// <summary>Every endpoint of this installation.</summary>
    private static IEnumerable<EtcdEndpoint> LeadTo(EtcdInstallation installation) =>
        installation.ListenClientUrls.Concat(installation.AdvertiseClientUrls).Prepend(installation.ClientUrl)
            .OfType<string>()
            .Where(url => Uri.TryCreate(url, UriKind.Absolute, out var parsed) && parsed.Scheme is "http" or "https")
            .Select(EtcdEndpoint.Parse);
}
