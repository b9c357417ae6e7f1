using System.Diagnostics;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using EtcdSentinelExporter.Host.Yaml;
using EtcdSentinelExporter.Lab.Installing;
using EtcdSentinelExporter.Tests.Deploy.Helm;
using Xunit;

namespace EtcdSentinelExporter.Tests.Deploy;

/// <summary>Workflows: what they use is pinned, and the steps of a release that need no registry are run here.</summary>
public sealed partial class WorkflowTests : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("etcd-sentinel-workflow-");

    public static TheoryData<string> Files =>
        [.. Directory.GetFiles(Path.Combine(Repo.Root, ".github/workflows")).Select(path => Path.GetFileName(path)!)];

    public void Dispose() => _folder.Delete(recursive: true);

    [Theory]
    [MemberData(nameof(Files))]
    public void Every_action_and_image_is_pinned_by_content(string file)
    {
        var lines = File.ReadAllLines(Path.Combine(Repo.Root, ".github/workflows", file));

        Assert.All(lines.Where(line => line.Contains("uses:", StringComparison.Ordinal)), line =>
            Assert.Matches(Action(), line));
        Assert.All(lines.Where(line => line.Contains("docker.io/", StringComparison.Ordinal)), line =>
            Assert.Matches(Digest(), line));
    }

    [Fact]
    public void Every_base_of_the_image_is_pinned_by_content()
    {
        var bases = File.ReadAllLines(Path.Combine(Repo.Root, "Dockerfile"))
            .Where(line => Base().IsMatch(line)).ToArray();

        Assert.Equal(3, bases.Length);
        Assert.All(bases, line => Assert.Matches(Digest(), line));
    }

    [Theory]
    [MemberData(nameof(Files))]
    public void Every_script_is_valid_bash(string file) => Assert.All(Steps(file), step =>
    {
        var (code, _, error) = Bash(["-n", "-c", step["run"].Word() ?? "true"]);
        Assert.True(code == 0, $"{step["name"]}: {error}");
    });

    [Theory]
    [InlineData("native")]
    [InlineData("image")]
    [InlineData("chart")]
    public void What_is_released_is_signed_and_has_provenance(string job)
    {
        var release = Jobs("release.yml")[job]!;
        var steps = release["steps"].Each().ToArray();

        Assert.Equal("write", release["permissions"]!["id-token"].Word());
        Assert.Contains(steps, step => step["run"].Word()?.Contains("cosign sign", StringComparison.Ordinal) is true);
        Assert.Contains(steps, step =>
            step["uses"].Word()?.StartsWith("actions/attest-build-provenance@", StringComparison.Ordinal) is true);
    }

    [Theory]
    [InlineData("native")]
    [InlineData("image")]
    public void Programs_have_an_SBOM_in_the_format_of_CycloneDX(string job) => Assert.Contains(
        Jobs("release.yml")[job]!["steps"].Each(), step => step["with"]?["format"].Word() is "cyclonedx-json"
            || step["run"].Word()?.Contains("CycloneDX", StringComparison.Ordinal) is true);

    [Fact]
    public void Release_notes_are_the_section_of_the_version()
    {
        File.WriteAllText(Path.Combine(_folder.FullName, "CHANGELOG.md"), """
            # Changelog

            ## [1.2.0] - 2027-01-01

            ### Added

            - New [link](x).

            ## [1.1.0]

            - Old.

            [1.2.0]: https://example.com

            """);

        Assert.Equal(0, Run("draft", "release notes", "v1.2.0").Code);
        Assert.Equal(
            "### Added\n\n- New [link](x).", File.ReadAllText(Path.Combine(_folder.FullName, "notes.md")).Trim());
        Assert.NotEqual(0, Run("draft", "release notes", "v1.3.0").Code);
    }

    [Fact]
    public void The_changelog_has_notes_for_the_next_release()
    {
        File.Copy(Path.Combine(Repo.Root, "CHANGELOG.md"), Path.Combine(_folder.FullName, "CHANGELOG.md"));

        var (code, _, error) = Run("draft", "release notes", "v0.1.0");

        Assert.True(code == 0, error);
        Assert.Contains(
            "### Added", File.ReadAllText(Path.Combine(_folder.FullName, "notes.md")), StringComparison.Ordinal);
    }

    [Fact]
    public void The_chart_is_packaged_with_all_its_files()
    {
        Assert.SkipWhen(HelmChart.Program is null, HelmChart.Missing);
        Directory.CreateSymbolicLink(Path.Combine(_folder.FullName, "deploy"), Path.Combine(Repo.Root, "deploy"));

        var (code, _, error) = Run("chart", "chart", "v0.1.0");

        Assert.True(code == 0, error);
        var package = Path.Combine(_folder.FullName, "chart/etcd-sentinel-exporter-0.1.0.tgz");
        var listed = Bash(["-c", $"tar -tzf {package}"]).Output.Split('\n');
        Assert.All(
            Directory.GetFiles(HelmChart.Folder, "*", SearchOption.AllDirectories)
                .Select(file => $"etcd-sentinel-exporter/{Path.GetRelativePath(HelmChart.Folder, file)}"),
            file => Assert.Contains(file, listed));
        // Helm keeps a release in a secret, which holds 1 MiB in base64: the package, and the objects made of it.
        Assert.InRange(new FileInfo(package).Length, 1, 250_000);
    }

    private (int Code, string Output, string Error) Run(string job, string name, string tag)
    {
        var step = Jobs("release.yml")[job]!["steps"].Each().Single(one => one["name"].Word() == name);
        return Bash(["-e", "-c", step["run"].Word()!], tag);
    }

    private (int Code, string Output, string Error) Bash(string[] arguments, string tag = "")
    {
        var start = new ProcessStartInfo("bash", arguments)
        {
            WorkingDirectory = _folder.FullName,
            UseShellExecute = false,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        start.Environment["GITHUB_REF_NAME"] = tag;
        start.Environment["PATH"] += $":{Path.GetDirectoryName(HelmPackage.Helm)}";
        using var bash = Process.Start(start)!;
        var error = bash.StandardError.ReadToEndAsync();
        var output = bash.StandardOutput.ReadToEnd();
        bash.WaitForExit();
        return (bash.ExitCode, output, error.GetAwaiter().GetResult());
    }

    private static IEnumerable<JsonNode> Steps(string file) =>
        Jobs(file).SelectMany(job => job.Value!["steps"].Each()).Where(step => step["run"] is not null);

    private static JsonObject Jobs(string file) => YamlJson.From(YamlText.Parse(
        File.ReadAllText(Path.Combine(Repo.Root, ".github/workflows", file))))!["jobs"]!.AsObject();

    [GeneratedRegex("uses: [A-Za-z0-9_./-]+@[0-9a-f]{40} # v[0-9.]+$")]
    private static partial Regex Action();

    [GeneratedRegex("@sha256:[0-9a-f]{64}$")]
    private static partial Regex Digest();

    [GeneratedRegex("^ARG [A-Z]+_IMAGE=")]
    private static partial Regex Base();
}
