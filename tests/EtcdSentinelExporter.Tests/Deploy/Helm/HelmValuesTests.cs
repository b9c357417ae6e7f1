using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using EtcdSentinelExporter.Host.Yaml;
using EtcdSentinelExporter.Tests.Support;
using Xunit;
using static EtcdSentinelExporter.Tests.Deploy.Helm.HelmChart;

namespace EtcdSentinelExporter.Tests.Deploy.Helm;

/// <summary>Values of the chart: which are refused, and with which message.</summary>
public sealed partial class HelmValuesTests
{
    private const string Schema = "values.schema.json";

    [Theory]
    [InlineData("smartagent.enabled=true", "additional properties 'smartagent' not allowed")]
    [InlineData("smartAgent.enable=true", "at '/smartAgent': additional properties 'enable' not allowed")]
    [InlineData("smartAgent.enabled=yes", "at '/smartAgent/enabled': got string, want boolean")]
    [InlineData("port=http", "at '/port': got string, want integer")]
    [InlineData("monitor.kind=both", "at '/monitor/kind': value must be one of 'none', 'service', 'pod'")]
    [InlineData("monitor.interval=soon", "at '/monitor/interval': 'soon' does not match pattern")]
    [InlineData("image.digest=0123", "at '/image/digest': '0123' does not match pattern")]
    [InlineData("settings.members\\.evry=5s", "invalid propertyName 'members.evry'")]
    [InlineData("settings.members\\.every=", "at '/settings/members.every'")]
    [InlineData("node.mounts[0].name=pki", "missing property 'path'")]
    [InlineData("externalEtcd.endpoints={etcd}", "at '/externalEtcd/endpoints/0': 'etcd' does not match pattern")]
    [InlineData("externalEtcd.enabled=true", "externalEtcd.endpoints is empty")]
    [InlineData("rules.kind=Rule", "at '/rules/kind': value must be one of 'PrometheusRule', 'VMRule'")]
    [InlineData("rules.clusterLabel=my-cluster", "at '/rules/clusterLabel': 'my-cluster' does not match pattern")]
    [InlineData("rules.enabled=true,rules.clusterLabel=node", "the label node is already used by the rules")]
    [InlineData("hideCaKeys=true,node.user=0", "hideCaKeys=true does nothing here: node.caKeys is empty")]
    public void A_wrong_value_is_refused_and_named(string value, string complaint)
    {
        var (code, _, error) = Template($"--set={value}");

        Assert.NotEqual(0, code);
        Assert.Contains(complaint, error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("monitor.kind=pod", "monitor.kind=pod does not work with externalEtcd.enabled")]
    [InlineData("tls.enabled=true", "tls.enabled does not work with externalEtcd.enabled")]
    public void What_external_etcd_cannot_do_is_refused(string value, string complaint) => Assert.Contains(
        complaint,
        Template(Preset("external-etcd"), "--set=externalEtcd.endpoints={https://etcd:2379}", $"--set={value}").Error,
        StringComparison.Ordinal);

    // Else the schema would be of another version than the program.
    [Fact]
    public void The_schema_page_is_what_the_settings_say()
    {
        var keys = Catalog.Settings.Rows.Where(row => row.InFile).Select(row => $"        \"{row.Key}\"");
        var schema = SettingKeys().Replace(
            File.ReadAllText(Path.Combine(Folder, Schema)), $"$1{string.Join(",\n", keys)}$2", 1);

        Golden.Match(schema, Path.Combine(Folder, Schema));
    }

    [Fact]
    public void Every_value_has_a_default_and_stands_in_the_schema()
    {
        var schema = JsonNode.Parse(File.ReadAllText(Path.Combine(Folder, Schema)))!;
        var values = YamlJson.From(YamlText.Parse(File.ReadAllText(Path.Combine(Folder, "values.yaml"))))!;

        Assert.Equal(Keys(schema["properties"]!).Where(key => key is not "global"), Keys(values));
        Assert.All(
            values.AsObject().Where(pair => schema["properties"]![pair.Key]?["properties"] is not null), pair =>
            Assert.Equal(Keys(schema["properties"]![pair.Key]!["properties"]!), Keys(pair.Value!)));
    }

    // helm checks a map without properties against nothing.
    [Fact]
    public void No_part_of_the_schema_lets_unknown_keys_pass()
    {
        var schema = JsonNode.Parse(File.ReadAllText(Path.Combine(Folder, Schema)))!;
        var maps = schema["properties"]!.AsObject().Select(pair => pair.Value!).Append(schema)
            .Where(part => part["properties"] is not null);

        Assert.All(maps, part => Assert.False(part["additionalProperties"]!.GetValue<bool>()));
    }

    [Fact]
    public void The_chart_has_the_version_of_the_program()
    {
        var chart = File.ReadAllText(Path.Combine(Folder, "Chart.yaml"));
        var properties = File.ReadAllText(Path.Combine(Repo.Root, "Directory.Build.props"));
        var version = Version().Match(properties).Groups[1].Value;

        Assert.Contains($"\nappVersion: {version}\n", chart, StringComparison.Ordinal);
        Assert.Contains(
            $"image: ghcr.io/etcd-sentinel/etcd-sentinel-exporter:{version}\n", chart, StringComparison.Ordinal);
        Assert.All(
            Links().Matches(chart).Select(link => link.Groups[1].Value), tag => Assert.Equal(version, tag));
    }

    [Theory]
    [InlineData("rules", "*.rules.yaml")]
    [InlineData("dashboards", "*.json")]
    public void The_chart_has_the_files_of_the_repository(string folder, string pattern)
    {
        static Dictionary<string, string> Files(string folder, string pattern) => Directory.GetFiles(folder, pattern)
            .ToDictionary(path => Path.GetFileName(path), File.ReadAllText, StringComparer.Ordinal);

        Assert.Equal(
            Files(Path.Combine(Repo.Root, folder), pattern), Files(Path.Combine(Folder, folder), "*"));
    }

    private static IEnumerable<string> Keys(JsonNode map) =>
        map.AsObject().Select(pair => pair.Key).Order(StringComparer.Ordinal);

    [GeneratedRegex("""("settingKey": \{.*?"enum": \[\n).*?(\n      \])""", RegexOptions.Singleline)]
    private static partial Regex SettingKeys();

    [GeneratedRegex("<Version>(.+)</Version>")]
    private static partial Regex Version();

    [GeneratedRegex(@"/blob/v([0-9.]+)/")]
    private static partial Regex Links();
}
