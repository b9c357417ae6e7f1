using System.Text.RegularExpressions;
using Xunit;

namespace EtcdSentinelExporter.Tests.Repository;

/// <summary>A search for a type finds one place.</summary>
public sealed partial class TypeNamesTests
{
    [Fact]
    public void No_two_types_share_a_name() => Assert.Empty(
        from folder in new[] { "src", "tests" }
        from path in Directory.GetFiles(Path.Combine(Repo.Root, folder), "*.cs", SearchOption.AllDirectories)
        let type = Declaration().Matches(File.ReadAllText(path)).Select(match => match.Groups["name"].Value)
        from name in type.Distinct(StringComparer.Ordinal)
        group Path.GetRelativePath(Repo.Root, path) by name into same
        where same.Count() > 1
        select $"{same.Key}: {string.Join(", ", same)}");

    [GeneratedRegex(
        @"^(?:(?:public|internal|sealed|static|abstract|readonly|ref)\s+)*"
        + @"(?:class|record struct|record|struct|interface|enum)\s+(?<name>\w+)",
        RegexOptions.Multiline)]
    private static partial Regex Declaration();
}
