using System.Diagnostics;
using System.Globalization;
using System.Text;
using EtcdSentinelExporter.Host.Yaml;
using YamlDotNet.RepresentationModel;

namespace EtcdSentinelExporter.IntegrationTests.Deploy;

/// <summary>The scrape configuration that Prometheus Operator writes for the monitor of an overlay.</summary>
/// <remarks>Its own relabelings come first (pkg/prometheus/promcfg.go, generateServiceMonitorConfig and
/// generatePodMonitorConfig), the monitor's after them. What Kubernetes' discovery would say of each pod stands beside
/// the target, because Prometheus takes meta labels from wherever they come.</remarks>
internal static class OperatorConfiguration
{
    private const string Name = "control-plane-sentinel";

    /// <param name="overlay">Folder under <c>deploy/overlays</c>.</param>
    /// <param name="targets">Node and address of each exporter.</param>
    public static string Of(string overlay, params (string Node, Uri Address)[] targets) => Of(overlay, "", targets);

    /// <param name="overlay">Folder under <c>deploy/overlays</c>.</param>
    /// <param name="secrets">A folder with a file for each key that the monitor takes out of a secret.</param>
    /// <param name="targets">Node and address of each exporter.</param>
    public static string Of(string overlay, string secrets, params (string Node, Uri Address)[] targets)
    {
        var monitor = Build(overlay).Single(one => one.At("kind").Text() is "ServiceMonitor" or "PodMonitor");
        var isPod = monitor.At("kind").Text() is "PodMonitor";
        var endpoints = monitor.At("spec").At(isPod ? "podMetricsEndpoints" : "endpoints").Items().ToArray();
        var text = new StringBuilder("global: {scrape_interval: 10s, scrape_timeout: 10s}\nscrape_configs:\n");
        for (var i = 0; i < endpoints.Length; i++)
        {
            text.Append(CultureInfo.InvariantCulture,
                $"- job_name: {(isPod ? "podMonitor" : "serviceMonitor")}/{Name}/{Name}/{i}\n  metrics_path: "
                + $"{endpoints[i].At("path").Text()}\n  static_configs:\n");
            foreach (var (node, address) in targets)
            {
                text.Append(CultureInfo.InvariantCulture,
                    $"  - {{targets: ['{address.Authority}'], labels: {Discovered(node)}}}\n");
            }

            text.Append("  relabel_configs:\n").AppendJoin("", isPod ? ForPods : ForServices);
            foreach (var rule in endpoints[i].At("relabelings").Items())
                text.Append(CultureInfo.InvariantCulture, $"  - {Snake(rule)}\n");
            text.Append("  metric_relabel_configs:\n");
            foreach (var rule in endpoints[i].At("metricRelabelings").Items())
                text.Append(CultureInfo.InvariantCulture, $"  - {Snake(rule)}\n");
            if (endpoints[i].At("scheme") is not null)
                text.Append(Tls(endpoints[i].At("tlsConfig"), secrets));
        }
        return text.ToString();
    }

    // The operator copies the keys of secrets into files.
    private static string Tls(YamlNode? tls, string secrets) =>
        "  scheme: https\n  tls_config:\n"
        + $"    ca_file: {Path.Combine(secrets, tls.At("ca").At("secret").At("key").Text()!)}\n"
        + $"    cert_file: {Path.Combine(secrets, tls.At("cert").At("secret").At("key").Text()!)}\n"
        + $"    key_file: {Path.Combine(secrets, tls.At("keySecret").At("key").Text()!)}\n"
        + $"    server_name: {tls.At("serverName").Text()}\n";

    private static readonly string[] ForServices =
    [
        .. Copied("namespace", "namespace"), .. Copied("service_name", "service"), .. Copied("pod_name", "pod"),
        .. Copied("pod_container_name", "container"), .. Copied("service_name", "job"),
        "  - {target_label: endpoint, replacement: http-metrics}\n",
    ];

    private static readonly string[] ForPods =
    [
        .. Copied("namespace", "namespace"), .. Copied("pod_container_name", "container"), .. Copied("pod_name", "pod"),
        $"  - {{target_label: job, replacement: {Name}/{Name}}}\n",
        "  - {target_label: endpoint, replacement: http-metrics}\n",
    ];

    private static string[] Copied(string meta, string label) =>
        [$"  - {{source_labels: [__meta_kubernetes_{meta}], target_label: {label}}}\n"];

    private static string Discovered(string node) =>
        $"{{__meta_kubernetes_namespace: {Name}, __meta_kubernetes_service_name: {Name}, __meta_kubernetes_pod_name: "
        + $"{Name}-{node}-x, "
        + $"__meta_kubernetes_pod_container_name: exporter, __meta_kubernetes_pod_node_name: {node}}}";

    // The operator's names are camelCase, Prometheus' are not.
    private static string Snake(YamlNode rule) =>
        "{" + string.Join(", ", ((YamlMappingNode)rule).Children.Select(pair =>
            $"{((YamlScalarNode)pair.Key).Value switch
            {
                "sourceLabels" => "source_labels",
                "targetLabel" => "target_label",
                var name => name,
            }}: {(pair.Value is YamlSequenceNode list
                ? $"[{string.Join(", ", list.Items().Select(one => one.Text()))}]"
                : $"'{pair.Value.Text()}'")}")) + "}";

    private static YamlNode[] Build(string overlay)
    {
        using var kubectl = Process.Start(
            new ProcessStartInfo("kubectl", ["kustomize", Path.Combine(Repo.Root, "deploy/overlays", overlay)])
            {
                UseShellExecute = false,
                RedirectStandardOutput = true,
            })!;
        var text = kubectl.StandardOutput.ReadToEnd();
        kubectl.WaitForExit();
        return [.. YamlText.ParseAll(text)];
    }
}
