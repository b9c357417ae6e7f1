using System.Diagnostics;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using EtcdSentinelExporter.Host.Yaml;
using EtcdSentinelExporter.Tests.Support;
using Xunit;

namespace EtcdSentinelExporter.Tests.Deploy;

/// <summary>The rules as <c>scripts/change-rules --as</c> writes them for each kind of ruler.</summary>
public sealed partial class RulePacksTests : IDisposable
{
    private const string Label = "k8s_cluster";

    // Limits that Mimir has by default.
    private const int MaxRulesOfMimir = 20;
    private const int MaxGroupsOfMimir = 70;

    // All that we use of operator.victoriametrics.com_vmrules.yaml; it knows them since its first version.
    private static readonly string[] KeysOfVictoriaMetrics =
        ["alert", "annotations", "expr", "for", "interval", "labels", "name", "record", "rules"];

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("etcd-sentinel-packs-");

    public static TheoryData<string> Forms => ["plain", "mimir", "PrometheusRule", "VMRule"];

    public void Dispose() => _folder.Delete(recursive: true);

    [Theory]
    [MemberData(nameof(Forms))]
    public void Every_form_has_all_rules_as_they_are(string form) => Assert.Equal(
        Shipped(text => text), RulesOf(Pack("--as", form)).Order(StringComparer.Ordinal));

    [Theory]
    [MemberData(nameof(Forms))]
    public void With_another_label_only_that_label_changes(string form)
    {
        var pack = Pack("--as", form, "--cluster-label", Label);
        var rules = RulesOf(pack).ToArray();

        Assert.Equal(Shipped(Renamed), rules.Order(StringComparer.Ordinal));
        Assert.DoesNotContain(rules, rule => OldLabel().IsMatch(rule));
    }

    [Fact]
    public void Mimir_gets_namespaces_of_their_own_and_groups_within_its_limits()
    {
        var files = Files(Pack("--as", "mimir")).Select(Root).ToArray();
        var groups = files.SelectMany(file => file["groups"].Each()).ToArray();

        Assert.Distinct(files.Select(file => file["namespace"].Word()));
        Assert.Distinct(groups.Select(group => group["name"].Word()));
        Assert.All(files, file => Assert.Equal(["namespace", "groups"], file.Select(pair => pair.Key)));
        Assert.All(groups, group => Assert.InRange(group["rules"]!.AsArray().Count, 1, MaxRulesOfMimir));
        Assert.InRange(groups.Length, files.Length, MaxGroupsOfMimir);
    }

    [Fact]
    public void VMRule_objects_have_only_what_their_operator_knows()
    {
        var objects = Files(Pack("--as", "VMRule")).Select(Root).Where(one => one["kind"].Word() is "VMRule").ToArray();
        var groups = objects.SelectMany(one => one["spec"]!["groups"].Each()).ToArray();

        Assert.Equal(RuleFiles.Files("*.rules.yaml").Count(), objects.Length);
        Assert.All(objects, one => Assert.Equal("operator.victoriametrics.com/v1beta1", one["apiVersion"].Word()));
        Assert.Empty(groups.Concat(groups.SelectMany(group => group["rules"].Each()))
            .SelectMany(part => part.AsObject().Select(pair => pair.Key)).Except(KeysOfVictoriaMetrics, StringComparer.Ordinal));
    }

    [Fact]
    public void The_objects_of_the_overlays_are_such_a_pack()
    {
        var pack = Pack("--as", "PrometheusRule");

        Assert.All(Files(pack), file => Assert.Equal(
            File.ReadAllText(file),
            File.ReadAllText(Path.Combine(Repo.Root, "deploy/components/rules", Path.GetFileName(file)))));
    }

    [Fact]
    public void Routes_inhibition_and_dashboards_come_with_the_label()
    {
        var pack = Pack("--as", "plain", "--cluster-label", Label);
        var (files, sources) = (All(pack, "alertmanager", "dashboards"),
            All(Repo.Root, "rules/alertmanager", "dashboards"));

        Assert.Equal(sources.Select(Path.GetFileName), files.Select(Path.GetFileName));
        Assert.All(files.Zip(sources), pair => Assert.Equal(
            File.ReadAllText(pair.Second),
            File.ReadAllText(pair.First).Replace(Label, "cluster", StringComparison.Ordinal)));
        Assert.All(files, file => Assert.DoesNotMatch(OldLabel(), File.ReadAllText(file)));
        Assert.Empty(files.Where(file => file.EndsWith(".json", StringComparison.Ordinal))
            .SelectMany(file => LeftIn(JsonNode.Parse(File.ReadAllText(file))!, "")));
        Assert.False(Directory.Exists(Path.Combine(Pack("--as", "mimir"), "dashboards")));
    }

    [Theory]
    [InlineData("node", "label is already used by the rules")]
    [InlineData("server_id", "label is already used by the rules")]
    [InlineData("revision", "label is already used by the rules")]
    [InlineData("2nd", "invalid label name")]
    [InlineData("__name__", "invalid label name")]
    public void An_invalid_label_name_is_rejected(string label, string complaint) => Assert.Contains(
        complaint, Run(_folder.FullName, "--as", "plain", "--cluster-label", label), StringComparison.Ordinal);

    [Fact]
    public void A_table_that_is_missing_is_named() => Assert.Contains(
        "cannot read /nowhere: No such file", Run("/nowhere", _folder.FullName), StringComparison.Ordinal);

    [Fact]
    public void Files_of_an_earlier_pack_are_named()
    {
        File.WriteAllText(Path.Combine(_folder.FullName, "renamed.rules.yaml"), "groups: []\n");

        Assert.Contains(
            "has renamed.rules.yaml, which", Run(_folder.FullName, "--as", "plain"), StringComparison.Ordinal);
    }

    [Fact]
    public void Patches_cannot_rename_a_label() => Assert.Contains(
        "error: write TABLE and FOLDER", Run("/dev/null", _folder.FullName, "--cluster-label", Label),
        StringComparison.Ordinal);

    // A field of a dashboard that has the old name, but for the variable itself.
    private static IEnumerable<string> LeftIn(JsonNode? json, string path) => json switch
    {
        JsonObject map => map.SelectMany(pair => LeftIn(pair.Value, $"{path}.{pair.Key}")
            .Concat(pair.Key is "cluster" ? [$"{path}.cluster"] : [])),
        JsonArray list => list.SelectMany(item => LeftIn(item, path)),
        _ when json.Word() is "cluster" && !path.EndsWith(".list.name", StringComparison.Ordinal) => [path],
        _ => [],
    };

    private static string[] All(string root, params string[] folders) =>
    [
        .. folders.SelectMany(folder => Directory.GetFiles(Path.Combine(root, folder), "*.*")
            .Where(file => !Path.GetFileName(file).StartsWith('.')).Order(StringComparer.Ordinal)),
    ];

    private static IEnumerable<string> Shipped(Func<string, string> change) =>
        RuleFiles.Rules.Select(rule => change(Words(
            rule.Name, rule.Expression, rule.For is "0" ? "" : rule.For, rule.Labels, rule.Annotations)))
            .Order(StringComparer.Ordinal);

    private static IEnumerable<string> RulesOf(string pack) =>
        from file in Files(pack)
        let root = RuleFiles.Load(file)
        from @group in RuleFiles.List(root.Children.TryGetValue("spec", out var spec) ? spec : root, "groups")
        from rule in RuleFiles.List(@group, "rules")
        select Words(
            RuleFiles.Text(rule, "alert") + RuleFiles.Text(rule, "record"), RuleFiles.Text(rule, "expr"),
            RuleFiles.Text(rule, "for"), RuleFiles.Map(rule, "labels"), RuleFiles.Map(rule, "annotations"));

    private static string Words(
        string name, string expression, string wait, IEnumerable<KeyValuePair<string, string>> labels,
        IEnumerable<KeyValuePair<string, string>> annotations) =>
        string.Join('\n', [
            name, expression.TrimEnd(), wait,
            .. labels.Concat(annotations).Select(pair => $"{pair.Key}: {pair.Value}"),
        ]);

    private static string Renamed(string text) => LabelInText().Replace(text, $"$1{Label}");

    private string Pack(params string[] options)
    {
        var folder = Path.Combine(_folder.FullName, string.Concat(options));
        Assert.Equal("", Run([folder, .. options]));
        return folder;
    }

    /// <summary>Runs <c>scripts/change-rules</c>.</summary>
    /// <returns>What it complains about; empty if it succeeds.</returns>
    internal static string Run(params string[] arguments)
    {
        Assert.SkipWhen(Tools.TryFind("python3") is null, "There is no python3 on PATH, which changes the rules.");
        using var script = Process.Start(
            new ProcessStartInfo(Path.Combine(Repo.Root, "scripts/change-rules"), arguments)
            {
                UseShellExecute = false,
                RedirectStandardError = true,
            })!;
        var error = script.StandardError.ReadToEnd();
        script.WaitForExit();
        Assert.Equal(error is "" ? 0 : 64, script.ExitCode);
        return error;
    }

    private static string[] Files(string folder) =>
        [.. Directory.GetFiles(folder, "*.yaml").Order(StringComparer.Ordinal)];

    private static JsonObject Root(string file) =>
        (JsonObject)YamlJson.From(YamlText.Parse(File.ReadAllText(file)))!;

    [GeneratedRegex(@"(?<=[({,\[`']\s*)cluster(?=\s*(?:[,)\]=]|!=|!~))|abels[.]cluster\b")]
    private static partial Regex OldLabel();

    [GeneratedRegex(@"(\b(?:by|on) \(\s*|[{,`]\s*)cluster(?=[,)=!])|(?<=abels[.])cluster\b")]
    private static partial Regex LabelInText();
}
