using EtcdSentinelExporter.Host.Yaml;
using Xunit;
using static EtcdSentinelExporter.Tests.Deploy.Helm.HelmChart;

namespace EtcdSentinelExporter.Tests.Deploy.Helm;

/// <summary>The chart reads a table of changed alerts as <c>scripts/change-rules</c> does.</summary>
public sealed class HelmRulesTests : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("etcd-sentinel-helm-rules-");

    public void Dispose() => _folder.Delete(recursive: true);

    [Fact]
    public void The_same_table_makes_the_same_rules()
    {
        var table = Write(ChangedRulesTests.Table + "\nEtcdDatabaseQuotaCritical threshold 0.95 0.96 # once\n");
        var plain = Path.Combine(_folder.FullName, "plain");
        Assert.SkipWhen(Tools.TryFind("python3") is null, "There is no python3 on PATH, which changes the rules.");

        Assert.Equal("", RulePacksTests.Run(table, plain, "--plain"));

        Assert.Empty(Differences(plain, $"--set-file=rules.changes={table}"));
        Assert.NotEmpty(Differences(plain));
    }

    [Fact]
    public void Without_a_table_the_rules_are_those_of_the_repository() =>
        Assert.Empty(Differences(Path.Combine(Repo.Root, "rules")));

    [Theory]
    [InlineData("PrometheusRule", "monitoring.coreos.com/v1")]
    [InlineData("VMRule", "operator.victoriametrics.com/v1beta1")]
    public void The_same_label_makes_the_same_rules_and_dashboards(string kind, string version)
    {
        const string Label = "k8s_cluster";
        var (table, plain) = (Write(ChangedRulesTests.Table), Path.Combine(_folder.FullName, "plain"));
        Assert.SkipWhen(Tools.TryFind("python3") is null, "There is no python3 on PATH, which changes the rules.");
        string[] options =
        [
            $"--set-file=rules.changes={table}", $"--set=rules.kind={kind},rules.clusterLabel={Label}",
            "--set=dashboards.enabled=true",
        ];

        Assert.Equal("", RulePacksTests.Run(table, plain, "--as", "plain", "--cluster-label", Label));

        Assert.Empty(Differences(plain, options));
        var objects = Objects(["--set=rules.enabled=true", .. options]);
        Assert.All(objects.Where(one => one["kind"].Word() == kind), one => Assert.Equal(version, one["apiVersion"].Word()));
        Assert.Equal(
            Directory.GetFiles(Path.Combine(plain, "dashboards"), "*.json")
                .ToDictionary(path => Path.GetFileName(path), File.ReadAllText, StringComparer.Ordinal),
            objects.Where(one => one["kind"].Word() is "ConfigMap").SelectMany(one => one["data"]!.AsObject())
                .ToDictionary(pair => pair.Key, pair => pair.Value.Word()!, StringComparer.Ordinal));
    }

    [Fact]
    public void All_complaints_about_a_table_come_at_once_and_are_those_of_the_script()
    {
        var table = Write("""
            EtcdLearnerStuck drop

            DiskHot threshold 9 8
            DiskHot severity page # no such severity
            DiskHot

            """);
        Assert.SkipWhen(Tools.TryFind("python3") is null, "There is no python3 on PATH, which changes the rules.");
        var script = RulePacksTests.Run(table, Path.Combine(_folder.FullName, "plain"), "--plain");

        var (code, _, error) = Template("--set=rules.enabled=true", $"--set-file=rules.changes={table}");

        Assert.NotEqual(0, code);
        Assert.Equal(4, script.Trim().Split('\n').Length);
        Assert.Contains(
            script.Replace(table, "rules.changes", StringComparison.Ordinal), error, StringComparison.Ordinal);
    }

    private static IEnumerable<string> Differences(string folder, params string[] options)
    {
        var made = Objects(["--set=rules.enabled=true", .. options])
            .Where(one => one["kind"].Word() is "PrometheusRule" or "VMRule")
            .ToDictionary(one => one["metadata"]!["name"].Word()!, one => one["spec"], StringComparer.Ordinal);
        var files = Directory.GetFiles(folder, "*.rules.yaml");
        Assert.Equal(files.Length, made.Count);
        return files.SelectMany(file => ObjectDifferences.Between(
            YamlJson.From(YamlText.Parse(File.ReadAllText(file))),
            made[$"control-plane-sentinel-{Path.GetFileName(file).Split('.')[0]}"], Path.GetFileName(file)));
    }

    private string Write(string table)
    {
        var file = Path.Combine(_folder.FullName, "table");
        File.WriteAllText(file, table);
        return file;
    }
}
