using System.Text;
using System.Text.Json;
using System.Xml.Linq;
using EtcdSentinelExporter.Tests.Support;
using Xunit;

namespace EtcdSentinelExporter.Tests.Docs;

/// <summary>Each package in the released file, as the restored packages themselves describe it, and the texts of their
/// licences.</summary>
public sealed class ThirdPartyNoticesTests
{
    private const string Intro = """
        # Third-party notices

        The released file contains the packages below and parts of .NET (https://github.com/dotnet/runtime and
        https://github.com/dotnet/aspnetcore, MIT, Copyright (c) .NET Foundation and Contributors), whose own notices
        are in https://github.com/dotnet/runtime/blob/main/THIRD-PARTY-NOTICES.TXT. `make docs` writes this file.

        | package | version | licence | authors | copyright |
        | --- | --- | --- | --- | --- |

        """;

    private static readonly string Licences =
        Path.Combine(Repo.Root, "tests/EtcdSentinelExporter.Tests/Docs/Licences");

    private static readonly string Restored = Environment.GetEnvironmentVariable("NUGET_PACKAGES") ?? Path.Combine(
        Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), ".nuget/packages");

    [Fact]
    public void The_notices_page_is_what_the_packages_say()
    {
        var page = new StringBuilder(Intro);
        foreach (var (name, version) in Packages().OrderBy(package => package.Name, StringComparer.OrdinalIgnoreCase))
            page.Append(Row(name, version));
        foreach (var licence in Directory.GetFiles(Licences, "*.txt").Order(StringComparer.Ordinal))
        {
            page.Append("\n## ").Append(Path.GetFileNameWithoutExtension(licence))
                .Append("\n\n```\n").Append(File.ReadAllText(licence).TrimEnd('\n')).Append("\n```\n");
        }
        Golden.Match(page.ToString(), Path.Combine(Repo.Root, "THIRD-PARTY-NOTICES.md"));
    }

    // Analyzers are not compiled into the file.
    private static IEnumerable<(string Name, string Version)> Packages()
    {
        using var locked = JsonDocument.Parse(
            File.ReadAllText(Path.Combine(Repo.Root, "src/EtcdSentinelExporter/packages.lock.json")));
        return
        [
            .. locked.RootElement.GetProperty("dependencies").GetProperty("net10.0").EnumerateObject()
                .Where(package => !package.Name.Contains("Analyzer", StringComparison.Ordinal))
                .Select(package => (package.Name, package.Value.GetProperty("resolved").GetString()!)),
        ];
    }

    private static string Row(string name, string version)
    {
        var id = name.ToLowerInvariant();
        var metadata = XDocument.Load(Path.Combine(Restored, id, version, $"{id}.nuspec")).Descendants()
            .First(element => element.Name.LocalName == "metadata").Elements()
            .ToLookup(element => element.Name.LocalName, element => Line(element.Value), StringComparer.Ordinal);
        var licence = metadata["license"].FirstOrDefault();
        Assert.True(File.Exists(Path.Combine(Licences, $"{licence}.txt")),
            $"{name} {version} has the licence \"{licence}\", whose text is not in {Licences}");
        return $"| [{name}]({metadata["projectUrl"].FirstOrDefault()}) | {version} | {licence} "
            + $"| {metadata["authors"].FirstOrDefault()} | {metadata["copyright"].FirstOrDefault()} |\n";
    }

    private static string Line(string text) =>
        string.Join(' ', text.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries));
}
