using System.Globalization;
using EtcdSentinelExporter.Host.Yaml;
using YamlDotNet.RepresentationModel;

namespace EtcdSentinelExporter.Etcd.Maintenance;

/// <summary>How long a container may stay silent before kubelet restarts it.</summary>
/// <param name="Component"><c>etcd</c> or <c>kube-apiserver</c>.</param>
/// <param name="Silence">From the last good liveness probe's successor on: the period times all failures but the
/// first, and the timeout of the last one.</param>
internal sealed record ProbeAllowance(string Component, TimeSpan Silence)
{
    // Kubernetes' defaults.
    private const int DefaultPeriod = 10;
    private const int DefaultFailures = 3;
    private const int DefaultTimeout = 1;

    /// <summary>Reads the manifest of a static pod.</summary>
    /// <returns><see langword="null"/> if the container has no liveness probe.</returns>
    /// <exception cref="FormatException">Not YAML, or a number of the probe is invalid.</exception>
    public static ProbeAllowance? Parse(string component, string text)
    {
        var pod = YamlText.Parse(text);
        var probe = pod.At("spec").At("containers").Items()
            .FirstOrDefault(container => container.At("name").Text() == component).At("livenessProbe");
        return probe is null ? null : new(component, TimeSpan.FromSeconds(
            (Number(probe, "periodSeconds", DefaultPeriod)
                * (Number(probe, "failureThreshold", DefaultFailures) - 1.0))
            + Number(probe, "timeoutSeconds", DefaultTimeout)));
    }

    private static int Number(YamlNode probe, string key, int fallback) => probe.At(key).Text() switch
    {
        null => fallback,
        var text when int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number)
            && number is > 0 and < 1_000_000 => number,
        _ => throw new FormatException($"has an invalid {key} in a liveness probe; write it again"),
    };
}

/// <summary>The liveness probes of a node.</summary>
/// <param name="Known">Those that were read.</param>
/// <param name="Unread">Manifests that exist and cannot be read, or the folder.</param>
internal sealed record NodeProbes(ImmutableArray<ProbeAllowance> Known, ImmutableArray<string> Unread);
