using System.Diagnostics;
using EtcdSentinelExporter.Tests.Support;
using Xunit;
using YamlDotNet.RepresentationModel;

namespace EtcdSentinelExporter.Tests.Deploy;

/// <summary>A user's table of changed alerts, as <c>scripts/change-rules</c> applies it.</summary>
public sealed class ChangedRulesTests : IDisposable
{
    internal const string Table = """
        EtcdHighFsyncDuration      for 20m
        EtcdNoSpaceAlarm           for 1m
        DiskWornOut                severity info
        DiskWearHigh               drop          # two of one group: an index moves
        DiskHot                    drop
        EtcdDatabaseQuotaLowSpace  threshold 0.8 0.7
        EtcdDatabaseQuotaLowSpace  severity info
        """;

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("etcd-sentinel-changed-");

    public void Dispose() => _folder.Delete(recursive: true);

    [Fact]
    public async Task Kustomize_changes_these_alerts_and_no_other()
    {
        Assert.SkipWhen(Tools.TryFind("kubectl") is null, "There is no kubectl on PATH, which builds the overlays.");
        await ChangeAsync(Table, "mine");
        var rules = Path.GetRelativePath(
            Path.Combine(_folder.FullName, "overlay"), Path.Combine(Repo.Root, "deploy/components/rules"));
        Write("overlay/kustomization.yaml", $"components: [{rules}, ../mine]\n");

        var built = await RunAsync("kubectl", "kustomize", Path.Combine(_folder.FullName, "overlay"));

        Assert.Equal("", built.Error);
        Write("built.yaml", built.Output);
        Compare(Documents("built.yaml").SelectMany(one => RuleFiles.List(one.Children["spec"], "groups")));
    }

    [Theory]
    [InlineData("--plain")]
    [InlineData("--as=mimir")]
    [InlineData("--as=PrometheusRule")]
    [InlineData("--as=VMRule")]
    public async Task Every_form_has_the_same_changes(string form)
    {
        await ChangeAsync(Table, "pack", form);

        Compare(Directory.EnumerateFiles(Path.Combine(_folder.FullName, "pack")).Order(StringComparer.Ordinal)
            .Select(RuleFiles.Load)
            .SelectMany(root => RuleFiles.List(root.Children.TryGetValue("spec", out var spec) ? spec : root, "groups")));
    }

    [Fact]
    public async Task Patches_of_another_version_are_rejected()
    {
        Assert.SkipWhen(Tools.TryFind("kubectl") is null, "There is no kubectl on PATH, which builds the overlays.");
        await ChangeAsync(Table, "mine");
        var file = Path.Combine(_folder.FullName, "mine/kustomization.yaml");
        Write("mine/kustomization.yaml", (await File.ReadAllTextAsync(file, TestContext.Current.CancellationToken))
            .Replace("\"DiskWornOut\"", "\"DiskOfAnotherVersion\"", StringComparison.Ordinal));
        var rules = Path.GetRelativePath(
            Path.Combine(_folder.FullName, "overlay"), Path.Combine(Repo.Root, "deploy/components/rules"));
        Write("overlay/kustomization.yaml", $"components: [{rules}, ../mine]\n");

        var built = await RunAsync("kubectl", "kustomize", Path.Combine(_folder.FullName, "overlay"));

        Assert.Contains("test", built.Error, StringComparison.Ordinal);
        Assert.Equal("", built.Output);
    }

    [Theory]
    [InlineData("EtcdLearnerStuck drop", "there is no alert EtcdLearnerStuck")]
    [InlineData("DiskHot threshold 9 8", "the expression of DiskHot has no number 9")]
    [InlineData("DiskHot severity page", "write 'for 20m'")]
    public async Task A_table_that_fits_no_alert_is_an_error(string line, string complaint)
    {
        Write("table", line);

        var result = await RunAsync(Script, Path.Combine(_folder.FullName, "table"), _folder.FullName);

        Assert.Contains(complaint, result.Error, StringComparison.Ordinal);
    }

    private static string Script => Path.Combine(Repo.Root, "scripts/change-rules");

    private static void Compare(IEnumerable<YamlNode> groups)
    {
        var changed = groups.SelectMany(group => RuleFiles.List(group, "rules"))
            .Where(rule => RuleFiles.Text(rule, "alert").Length > 0)
            .Select(rule => $"{RuleFiles.Text(rule, "alert")} {RuleFiles.Text(rule, "for")} "
                + $"{RuleFiles.Map(rule, "labels")["severity"]} {RuleFiles.Text(rule, "expr").TrimEnd()}");
        var shipped = RuleFiles.Alerts.Where(alert => alert.Name is not ("DiskWearHigh" or "DiskHot")).Select(alert =>
        {
            var wait = alert.Name switch
            {
                "EtcdHighFsyncDuration" => "20m",
                "EtcdNoSpaceAlarm" => "1m",
                _ => alert.For is "0" ? "" : alert.For,
            };
            var severity = alert.Name is "DiskWornOut" or "EtcdDatabaseQuotaLowSpace" ? "info" : alert.Severity;
            var expression = alert.Name is "EtcdDatabaseQuotaLowSpace"
                ? alert.Expression.Replace("0.8", "0.7", StringComparison.Ordinal)
                : alert.Expression;
            return $"{alert.Name} {wait} {severity} {expression.TrimEnd()}";
        });
        Assert.Equal(shipped.Order(StringComparer.Ordinal), changed.Order(StringComparer.Ordinal));
    }

    private async Task ChangeAsync(string table, string folder, params string[] more)
    {
        Write("table", table);
        var result = await RunAsync(
            Script, [Path.Combine(_folder.FullName, "table"), Path.Combine(_folder.FullName, folder), .. more]);
        Assert.Equal("", result.Error);
    }

    private IEnumerable<YamlMappingNode> Documents(string file)
    {
        using var text = File.OpenText(Path.Combine(_folder.FullName, file));
        var yaml = new YamlStream();
        yaml.Load(text);
        return yaml.Documents.Select(document => (YamlMappingNode)document.RootNode).ToArray();
    }

    private void Write(string file, string text)
    {
        var path = Path.Combine(_folder.FullName, file);
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        File.WriteAllText(path, text);
    }

    private static async Task<(string Output, string Error)> RunAsync(string program, params string[] arguments)
    {
        using var process = Process.Start(new ProcessStartInfo(program, arguments)
        {
            UseShellExecute = false,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        })!;
        var error = process.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
        var output = await process.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
        await process.WaitForExitAsync(TestContext.Current.CancellationToken);
        return (output, await error);
    }
}
