using System.Collections.Immutable;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using EtcdSentinelExporter.Host.Yaml;
using EtcdSentinelExporter.Settings;
using EtcdSentinelExporter.Tests.Deploy;
using Xunit;

namespace EtcdSentinelExporter.Tests.Docs;

/// <summary>Configurations of other programs in <c>docs/recipes</c>: they fit the rules and our manifests.</summary>
public sealed partial class RecipesTests
{
    // Of etcd, for all objects of a cluster.
    private const int MaxConfigMap = 1 << 20;

    private static readonly string Folder = Path.Combine(Repo.Root, "docs", "recipes");

    // What the rules are made for.
    private static readonly JsonNode[] Jobs =
        [.. Yaml(File.ReadAllText(Path.Combine(DeployOverlays.Folder, "prometheus/scrape.yml")))["scrape_configs"].Each()];

    public static TheoryData<string> Pages =>
        [.. Directory.GetFiles(Folder, "*.md").Select(file => Path.GetFileName(file)).Order(StringComparer.Ordinal)];

    [Theory]
    [MemberData(nameof(Pages))]
    public void Every_recipe_is_in_the_list_of_documents_and_says_what_was_tried(string page)
    {
        Assert.Contains($"(recipes/{page})", File.ReadAllText(Path.Combine(Repo.Root, "docs/README.md")), StringComparison.Ordinal);
        Assert.Contains("**What was tried.**", File.ReadAllText(Path.Combine(Folder, page)), StringComparison.Ordinal);
    }

    [Fact]
    public void The_Collector_has_the_jobs_of_a_Prometheus()
    {
        var collector = Yaml(Block("opentelemetry-collector.md", "collector.yaml"));
        var receiver = collector["receivers"]!["prometheus"]!["config"]!["scrape_configs"].Each();
        var exporter = collector["exporters"]!["prometheusremotewrite"]!;
        var pipeline = collector["service"]!["pipelines"]!["metrics"]!;

        Assert.Equal(Jobs.Select(job => job.ToJsonString()), receiver.Select(job => job.ToJsonString()));
        Assert.DoesNotContain("$", Block("opentelemetry-collector.md", "collector.yaml"), StringComparison.Ordinal);
        Assert.False(exporter["add_metric_suffixes"]!.GetValue<bool>());
        Assert.NotNull(exporter["external_labels"]!["cluster"]);
        Assert.Equal(["prometheus"], pipeline["receivers"].Each().Select(one => one.Word()));
        Assert.Equal(["prometheusremotewrite"], pipeline["exporters"].Each().Select(one => one.Word()));
    }

    [Fact]
    public void Alloy_has_the_jobs_of_a_Prometheus()
    {
        var alloy = Block("grafana-alloy.md", "config.alloy");
        var scrapes = AlloyBlock().Matches(alloy).Where(block => block.Groups["kind"].Value is "prometheus.scrape")
            .Select(block => Arguments(block.Value)).ToArray();
        var rules = AlloyRule().Matches(alloy).Select(rule => Arguments(rule.Value)).ToArray();
        var relabelings = Jobs.SelectMany(job => job["relabel_configs"].Each()).DistinctBy(rule => rule.ToJsonString()).ToArray();

        Assert.Equal(
            Jobs.Select(job => $"{job["job_name"].Word()} {job["metrics_path"].Word()} {job["scrape_interval"].Word()}"),
            scrapes.Select(one => $"{one["job_name"]} {one.GetValueOrDefault("metrics_path")} {one["scrape_interval"]}"));
        Assert.Equal(
            relabelings.Select(rule => (
                string.Join(", ", rule["source_labels"].Each().Select(label => label.Word())), rule["regex"].Word(),
                rule["action"].Word(), rule["target_label"].Word())),
            rules.Select(rule => (
                rule["source_labels"], rule.GetValueOrDefault("regex"), rule.GetValueOrDefault("action"),
                rule.GetValueOrDefault("target_label"))));
        // Only the first job has the label node.
        Assert.Equal(
            ["discovery.relabel.sentinel_node.output", "discovery.relabel.sentinel.output"],
            scrapes.Select(one => one["targets"]));
        Assert.Contains("external_labels = { cluster = ", alloy, StringComparison.Ordinal);
        Assert.Contains(
            Jobs[0]["kubernetes_sd_configs"].Each().Single()["namespaces"]!["names"].Each().Single().Word()!, alloy,
            StringComparison.Ordinal);
    }

    [Fact]
    public void The_objects_for_etcd_operator_are_valid_and_poll_each_member_once()
    {
        var objects = EtcdOperator();
        var pod = objects.Single(one => one["kind"].Word() is "Deployment")["spec"]!["template"]!["spec"]!;
        var given = pod["containers"].Each().Single()["env"].Each()
            .ToDictionary(one => one["name"].Word()!, one => one["value"].Word()!, StringComparer.Ordinal);
        var settings = new SettingsReader(Catalog.Settings, _ => throw new FileNotFoundException())
            .Read(new([], []), given);
        var pages = objects.Single(one => one["kind"].Word() is "ServiceMonitor")["spec"]!["endpoints"].Each().ToArray();

        Assert.Empty(settings.Problems);
        Assert.Equal("orders-client-tls", pod["volumes"].Each().Single()["secret"]!["secretName"].Word());
        Assert.Equal(
            given["ETCDSENTINEL_ETCD_ENDPOINTS"].Split(' '),
            pages.Skip(1).Select(page => page["params"]!["endpoint"].Each().Single().Word()));
        Assert.All(pages, page => Assert.Contains(page["relabelings"].Each(), rule =>
            rule["targetLabel"].Word() is "cluster" && rule["replacement"].Word() is "orders"));
        Assert.Distinct(pages.Select(page => page["relabelings"].Each()
            .Single(rule => rule["targetLabel"].Word() is "instance")["replacement"].Word()));
        Assert.All(objects, one => Assert.Equal("data", one["metadata"]!["namespace"].Word()));
    }

    [Fact]
    public void The_objects_for_etcd_operator_are_what_their_schemas_want() =>
        Assert.Empty(EtcdOperator().SelectMany(DeploySchemaTests.ConfigurationErrors));

    [Fact]
    public void What_Cluster_API_applies_fits_into_a_ConfigMap()
    {
        var set = Yaml(Block("cluster-api.md", "clusterresourceset.yaml"));
        var text = DeployOverlays.Objects("podmonitor").Sum(one => one.ToJsonString().Length);

        Assert.Equal("addons.cluster.x-k8s.io/v1beta2", set["apiVersion"].Word());
        Assert.Equal("control-plane-sentinel", set["spec"]!["resources"].Each().Single()["name"].Word());
        Assert.InRange(text, 1, MaxConfigMap / 2);
    }

    [Fact]
    public void The_patch_for_node_problem_detector_fits_a_DaemonSet_and_our_port()
    {
        var patch = (JsonObject)Yaml(Block("node-problem-detector.md", "npd-patch.yaml"));
        var container = patch["spec"]!["template"]!["spec"]!["containers"].Each().Single();
        var port = Catalog.Settings.Rows.Single(row => row.Key == "web.listen-address").Default.Split(':')[^1];
        var plugin = JsonNode.Parse(File.ReadAllText(
            Path.Combine(Repo.Root, "deploy/node-problem-detector/etcd-sentinel.json")))!["rules"]![0]!["path"].Word();

        Assert.Contains(container["env"].Each(), one =>
            one["name"].Word() is "ETCDSENTINEL_WEB_LISTEN_ADDRESS" && one["value"].Word() == $"$(NODE_IP):{port}");
        Assert.Contains(container["volumeMounts"].Each(), mount => mount["mountPath"].Word() == plugin);
        // A patch leaves out what must be there.
        Assert.DoesNotContain(DeploySchemaTests.ConfigurationErrors(patch), error =>
            !error.Contains("has no", StringComparison.Ordinal));
    }

    private static ImmutableArray<JsonObject> EtcdOperator()
    {
        var folder = Directory.CreateTempSubdirectory("etcd-sentinel-recipe-").FullName;
        try
        {
            foreach (Match copy in Copies().Matches(File.ReadAllText(Path.Combine(Folder, "etcd-operator.md"))))
                File.Copy(Path.Combine(Repo.Root, copy.Groups[1].Value), Path.Combine(folder, copy.Groups[2].Value));
            File.WriteAllText(
                Path.Combine(folder, "kustomization.yaml"), Block("etcd-operator.md", "orders/kustomization.yaml"));
            return DeployOverlays.ObjectsIn(folder);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    /// <summary>The code below a comment with its name.</summary>
    private static string Block(string page, string name)
    {
        var block = CodeBlock().Matches(File.ReadAllText(Path.Combine(Folder, page)))
            .Single(one => one.Groups["name"].Value == name);
        return string.Join('\n', block.Groups["code"].Value.Split('\n')
            .Select(line => line.Length > 0 ? line[block.Groups["indent"].Length..] : line));
    }

    private static JsonNode Yaml(string text) => YamlJson.From(YamlText.Parse(text))!;

    private static Dictionary<string, string> Arguments(string block) => AlloyArgument().Matches(block).ToDictionary(
        one => one.Groups["key"].Value,
        one => one.Groups["value"].Value.Trim('[', ']').Replace("\"", "", StringComparison.Ordinal), StringComparer.Ordinal);

    [GeneratedRegex(@"^(?<indent> *)<!-- (?<name>\S+) -->\n +```\w+\n(?<code>.*?)\n\k<indent>```$|^(?<indent>)<!-- (?<name>\S+) -->\n```\w+\n(?<code>.*?)\n```$",
        RegexOptions.Multiline | RegexOptions.Singleline)]
    private static partial Regex CodeBlock();

    [GeneratedRegex(@"^   cp (\S+) orders/(\S+)$", RegexOptions.Multiline)]
    private static partial Regex Copies();

    [GeneratedRegex("""^(?<kind>[a-z_.]+) "\w+" \{\n.*?^\}$""", RegexOptions.Multiline | RegexOptions.Singleline)]
    private static partial Regex AlloyBlock();

    [GeneratedRegex(@"^  rule \{\n.*?^  \}$", RegexOptions.Multiline | RegexOptions.Singleline)]
    private static partial Regex AlloyRule();

    [GeneratedRegex(@"^ +(?<key>\w+) += (?<value>\S.*)$", RegexOptions.Multiline)]
    private static partial Regex AlloyArgument();
}
