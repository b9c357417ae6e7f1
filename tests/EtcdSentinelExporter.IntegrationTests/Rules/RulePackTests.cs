using System.Text.RegularExpressions;
using Xunit;
using YamlDotNet.RepresentationModel;

namespace EtcdSentinelExporter.IntegrationTests.Rules;

/// <summary>Rules for other rulers, as <c>scripts/change-rules</c> writes them: promtool and vmalert take them.</summary>
public sealed partial class RulePackTests : IDisposable
{
    private const string Label = "k8s_cluster";

    private static readonly string Rules = Path.Combine(Repo.Root, "rules");

    private readonly string _folder = Directory.CreateTempSubdirectory("etcd-sentinel-pack-").FullName;

    // Members read the group that is divided for Mimir. The texts of the other two query by the label.
    [Theory]
    [InlineData("plain", "members-stuck.test.yaml")]
    [InlineData("plain", "database-nospace.test.yaml")]
    [InlineData("plain", "certificates-clusters.test.yaml")]
    [InlineData("mimir", "members-stuck.test.yaml")]
    [InlineData("mimir", "database-nospace.test.yaml")]
    public async Task With_another_label_they_pass_the_same_tests_with_that_label(string form, string file)
    {
        await PackAsync(form);
        var text = await File.ReadAllTextAsync(Path.Combine(Rules, file), TestContext.Current.CancellationToken);
        await File.WriteAllTextAsync(
            Path.Combine(_folder, file), LabelOfTest().Replace(text, Label), TestContext.Current.CancellationToken);

        Assert.DoesNotContain(" cluster=\"", await File.ReadAllTextAsync(
            Path.Combine(_folder, file), TestContext.Current.CancellationToken), StringComparison.Ordinal);
        await CleanProcess.RunAsync(Tools.Find("promtool"), ["test", "rules", Path.Combine(_folder, file)]);
    }

    [Fact]
    public async Task VictoriaMetrics_takes_expressions_and_texts()
    {
        var vmalert = Tools.TryFind("vmalert");
        Assert.SkipWhen(vmalert is null, "There is no vmalert on PATH; it is in Debian's package victoria-metrics.");
        await PackAsync("plain");

        await CleanProcess.RunAsync(vmalert, ["-dryRun", $"-rule={_folder}/*.rules.yaml"]);
    }

    // The receiver of the Collector is Prometheus' own code.
    [Fact]
    public async Task The_jobs_for_the_Collector_are_a_valid_configuration_of_Prometheus()
    {
        var page = await File.ReadAllTextAsync(
            Path.Combine(Repo.Root, "docs/recipes/opentelemetry-collector.md"), TestContext.Current.CancellationToken);
        var yaml = new YamlStream();
        yaml.Load(new StringReader(CollectorBlock().Match(page).Groups[1].Value));
        var prometheus = yaml.Documents[0].RootNode["receivers"]["prometheus"]["config"];
        // Debian's Prometheus is built without the discovery in Kubernetes.
        foreach (var job in ((YamlSequenceNode)prometheus["scrape_configs"]).Cast<YamlMappingNode>())
            Assert.True(job.Children.Remove("kubernetes_sd_configs"));
        var configuration = Path.Combine(_folder, "prometheus.yml");
        await using (var text = File.CreateText(configuration))
            new YamlStream(new YamlDocument(prometheus)).Save(text, assignAnchors: false);

        var output = await CleanProcess.RunAsync(Tools.Find("promtool"), ["check", "config", configuration]);

        Assert.Contains("SUCCESS", output, StringComparison.Ordinal);
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    private async Task PackAsync(string form)
    {
        Assert.SkipWhen(Tools.TryFind("python3") is null, "There is no python3 on PATH, which changes the rules.");
        await CleanProcess.RunAsync(
            Tools.Find("python3"),
            [Path.Combine(Repo.Root, "scripts/change-rules"), _folder, "--as", form, "--cluster-label", Label]);
        // Prometheus knows no namespaces.
        foreach (var file in Directory.GetFiles(_folder, "*.rules.yaml"))
        {
            var lines = await File.ReadAllLinesAsync(file, TestContext.Current.CancellationToken);
            await File.WriteAllLinesAsync(
                file, lines.Where(line => !line.StartsWith("namespace: ", StringComparison.Ordinal)),
                TestContext.Current.CancellationToken);
        }
    }

    // In series, in expected labels, and in expressions.
    [GeneratedRegex("""(?<=[{, ])cluster(?==")|(?<=[{]|, |^ +)cluster(?=: )|(?<=\((?:[a-z_]+, )*)cluster(?=[,)])""", RegexOptions.Multiline)]
    private static partial Regex LabelOfTest();

    [GeneratedRegex("<!-- collector.yaml -->\n```yaml\n(.*?)\n```", RegexOptions.Singleline)]
    private static partial Regex CollectorBlock();
}
