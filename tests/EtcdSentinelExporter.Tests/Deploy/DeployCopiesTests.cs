using System.Text.Json.Nodes;
using EtcdSentinelExporter.Host.Yaml;
using Xunit;

namespace EtcdSentinelExporter.Tests.Deploy;

/// <summary>Rules and dashboards under <c>deploy/</c> against those that they were made from
/// by <c>scripts/manifests</c>.</summary>
public sealed class DeployCopiesTests
{
    private const string HowTo = "run scripts/manifests";

    [Fact]
    public void Every_rules_file_is_a_PrometheusRule_with_the_same_groups()
    {
        var objects = Path.Combine(Repo.Root, "deploy/components/rules");
        var sources = Files("rules", "*.rules.yaml").ToDictionary(
            path => Path.GetFileName(path).Replace(".rules.yaml", "", StringComparison.Ordinal),
            StringComparer.Ordinal);
        var copies = Directory.GetFiles(objects, "*.yaml").Select(path => Path.GetFileNameWithoutExtension(path))
            .Where(name => name is not "kustomization").Order(StringComparer.Ordinal);

        Assert.Equal(sources.Keys.Order(StringComparer.Ordinal), copies);
        Assert.Equal(sources.Keys.Select(name => name + ".yaml").Order(StringComparer.Ordinal),
            Json(Path.Combine(objects, "kustomization.yaml"))["resources"].Each().Select(one => one.Word())
                .Order(StringComparer.Ordinal));
        Assert.All(sources, source => Assert.True(
            JsonNode.DeepEquals(
                Json(source.Value)["groups"], Json(Path.Combine(objects, source.Key + ".yaml"))["spec"]!["groups"]),
            $"{source.Key} differs: {HowTo}"));
    }

    [Theory]
    [InlineData("kube-prometheus-stack")]
    [InlineData("kube-prometheus")]
    public void Every_dashboard_is_a_ConfigMap_with_the_same_bytes_and_the_label_of_the_sidecar(string overlay)
    {
        var maps = DeployOverlays.OfKind(overlay, "ConfigMap").ToArray();

        Assert.All(maps, map => Assert.Equal("1", map["metadata"]!["labels"]!["grafana_dashboard"].Word()));
        Assert.Equal(
            Files("dashboards", "*.json")
                .ToDictionary(path => Path.GetFileName(path), File.ReadAllText, StringComparer.Ordinal),
            maps.SelectMany(map => map["data"]!.AsObject())
                .ToDictionary(pair => pair.Key, pair => pair.Value.Word()!, StringComparer.Ordinal));
    }

    [Theory]
    [InlineData("kube-prometheus-stack")]
    [InlineData("kube-prometheus")]
    public void Every_group_arrives_in_the_overlay(string overlay) => Assert.Equal(
        Files("rules", "*.rules.yaml").SelectMany(path => Groups(Json(path)["groups"])).Order(StringComparer.Ordinal),
        DeployOverlays.OfKind(overlay, "PrometheusRule").SelectMany(rule => Groups(rule["spec"]!["groups"]))
            .Order(StringComparer.Ordinal));

    [Theory]
    [InlineData("kube-prometheus-stack")]
    [InlineData("external-etcd-kube-prometheus-stack")]
    public void The_release_is_one_line_and_reaches_everything_that_the_stack_looks_for(string overlay)
    {
        var file = File.ReadAllText(Path.Combine(DeployOverlays.Folder, overlay, "kustomization.yaml"));

        Assert.Single(file.Split('\n'), line => line.Contains("THE LINE TO EDIT", StringComparison.Ordinal));
        Assert.All(
            DeployOverlays.Objects(overlay).Where(one => one["apiVersion"].Word() is "monitoring.coreos.com/v1"),
            one => Assert.Equal("kube-prometheus-stack", one["metadata"]!["labels"]!["release"].Word()));
    }

    private static IEnumerable<string> Groups(JsonNode? groups) => groups.Each().Select(group => group["name"].Word()!);

    private static string[] Files(string folder, string pattern)
    {
        var path = Path.Combine(Repo.Root, folder);
        return Directory.Exists(path) ? Directory.GetFiles(path, pattern) : [];
    }

    private static JsonNode Json(string path) => YamlJson.From(YamlText.Parse(File.ReadAllText(path)))!;
}
