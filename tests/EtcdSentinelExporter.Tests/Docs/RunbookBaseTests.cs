using System.Diagnostics;
using Xunit;

namespace EtcdSentinelExporter.Tests.Docs;

/// <summary><c>scripts/runbook-base</c>, on a copy of what it changes.</summary>
public sealed class RunbookBaseTests : IDisposable
{
    private const string Base = "https://wiki.example.com/etcd/runbooks/";

    private readonly string _copy = Directory.CreateTempSubdirectory("runbook-base").FullName;

    public RunbookBaseTests()
    {
        const string Chart = "deploy/helm/etcd-sentinel-exporter";
        string[] folders = ["rules", "deploy/components/rules", "dashboards", "scripts", $"{Chart}/rules",
            $"{Chart}/dashboards"];
        foreach (var folder in folders)
            Copy(folder);
    }

    public void Dispose() => Directory.Delete(_copy, recursive: true);

    [Fact]
    public void A_new_base_reaches_every_rule_test_manifest_and_dashboard()
    {
        var before = Links();

        Assert.Equal((0, $"{Base}\n"), Run(Base));

        Assert.Equal(before.Select(link => Base + link.Split('/')[^1]), Links());
        Assert.All(Directory.GetFiles(_copy, "*.json", SearchOption.AllDirectories).Select(File.ReadAllText), text =>
        {
            Assert.Contains($"\"{Base}", text, StringComparison.Ordinal);
            Assert.DoesNotContain("/docs/runbooks/", text, StringComparison.Ordinal);
        });
        Assert.Equal((0, $"{Base}\n"), Run());
    }

    [Theory]
    [InlineData("wiki.example.com/runbooks/")]
    [InlineData("https://wiki.example.com/runbooks")]
    [InlineData("https://wiki.example.com/a|b&c/")]
    public void What_is_no_base_is_refused_and_nothing_changes(string text)
    {
        var before = Links();

        Assert.Equal(64, Run(text).Code);
        Assert.Equal(before, Links());
    }

    /// <summary>In the order of files and lines.</summary>
    private string[] Links() =>
    [
        .. from file in Directory.GetFiles(_copy, "*.yaml", SearchOption.AllDirectories).Order(StringComparer.Ordinal)
           from line in File.ReadLines(file)
           where line.Contains("runbook_url:", StringComparison.Ordinal)
           select line.Split("runbook_url:")[1].Trim(' ', '\'', '"'),
    ];

    private (int Code, string Printed) Run(params string[] arguments)
    {
        var start = new ProcessStartInfo("bash", [Path.Combine(_copy, "scripts", "runbook-base"), .. arguments])
        {
            UseShellExecute = false,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        // A locale that is set and not installed is a warning of bash.
        start.Environment["LC_ALL"] = "C";
        using var bash = Process.Start(start)!;
        var errors = bash.StandardError.ReadToEndAsync();
        var printed = bash.StandardOutput.ReadToEnd();
        bash.WaitForExit();
        return (bash.ExitCode, bash.ExitCode == 0 ? printed + errors.GetAwaiter().GetResult() : printed);
    }

    private void Copy(string folder)
    {
        var from = Path.Combine(Repo.Root, folder);
        foreach (var file in Directory.GetFiles(from, "*", SearchOption.AllDirectories))
        {
            var to = Path.Combine(_copy, folder, Path.GetRelativePath(from, file));
            Directory.CreateDirectory(Path.GetDirectoryName(to)!);
            File.Copy(file, to);
        }
    }
}
