using System.Text.RegularExpressions;
using EtcdSentinelExporter.TestRuns;
using EtcdSentinelExporter.Tests.Support;
using Xunit;

namespace EtcdSentinelExporter.Tests.Repository;

/// <summary>Each folder under <c>src</c> uses only the rooms that it has an arrow to.</summary>
public sealed partial class RoomsTests
{
    private static readonly string[] BelowCollectors =
        ["Collecting", "Configuration", "Exposition", "Findings", "Pki", "Etcd", "Node", "Smart"];

    private static readonly Dictionary<string, string[]> Arrows = new(StringComparer.Ordinal)
    {
        ["Characters"] = [],
        ["Yaml"] = [],
        ["Logging"] = ["Characters"],
        ["Exposition"] = ["Characters"],
        ["Findings"] = [],
        ["Configuration"] = ["Characters", "Yaml"],
        ["Collecting"] = ["Exposition", "Findings"],
        ["Node"] = ["Characters", "Yaml"],
        ["Pki"] = ["Characters", "Node", "Yaml"],
        ["Etcd"] = ["Node", "Pki"],
        ["WebConfig"] = ["Characters", "Yaml", "Configuration", "Logging", "Node", "Pki"],
        ["Smart"] = ["Node"],
        ["Web"] = ["Collecting", "Exposition", "Etcd", "WebConfig"],
    };

    private static readonly string Source = Path.Combine(Repo.Root, "src", "EtcdSentinelExporter");

    public static TheoryData<string> Rooms { get; } =
    [
        .. Folders("").Where(room => room is not ("Collectors" or "Commands")),
        .. Folders("Collectors").Select(name => "Collectors/" + name),
    ];

    [Theory]
    [MemberData(nameof(Rooms))]
    public void A_room_uses_only_its_neighbours(string room)
    {
        var neighbours = Neighbours(room);

        Assert.True(neighbours is not null, $"{room} is no room that this test knows.");
        Assert.DoesNotContain(Uses(room), use =>
            use.Room != room && !neighbours.Contains(use.Room, StringComparer.Ordinal));
    }

    [Theory]
    [MemberData(nameof(Rooms))]
    public void Only_collectors_and_commands_know_what_joins_the_rooms(string room) =>
        Assert.Empty(MentionsOfJoins(room));

    [Fact]
    public void Every_arrow_is_used() => Assert.Empty(
        from arrows in Arrows
        from neighbour in arrows.Value.Except(Uses(arrows.Key).Select(use => use.Room), StringComparer.Ordinal)
        select $"{arrows.Key} → {neighbour}");

    [Fact]
    public void Qualified_names_are_seen_and_comments_are_not()
    {
        const string code = """
            using EtcdSentinelExporter.Web;
            namespace EtcdSentinelExporter.Node;
            // EtcdSentinelExporter.Smart.Report
            var x = Etcd.Client.Open("EtcdSentinelExporter.Pki.Pem");
            var y = new EtcdSentinelExporter.Collectors.Members.Probe();
            var z = reading.Findings.Length;
            """;

        Assert.Equal("Collectors/Members Etcd Web", string.Join(' ',
            Mentioned(Stripped(code)).Order(StringComparer.Ordinal)));
    }

    private static bool IsCollector(string room) => room.StartsWith("Collectors/", StringComparison.Ordinal);

    /// <returns>The rooms that it may use, or <see langword="null"/> when it is not known at all.</returns>
    private static string[]? Neighbours(string room) =>
        IsCollector(room) ? BelowCollectors
        : Arrows.GetValueOrDefault(room);

    // Types beside Program.cs: the catalog, kinds of collectors, facts. Below them nobody may look up.
    private static IEnumerable<string> MentionsOfJoins(string room)
    {
        var joins = Directory.GetFiles(Source, "*.cs")
            .Select(Path.GetFileNameWithoutExtension)
            .Where(name => name is not "Program");
        var pattern = new Regex($@"(?<![\w.])({string.Join('|', joins)})(?!\w)", RegexOptions.None,
            Patience.Limit);
        return IsCollector(room) ? [] : Files(room).Where(file => pattern.IsMatch(Code(file)));
    }

    private static IEnumerable<(string File, string Room)> Uses(string room) =>
        from file in Files(room)
        from used in Mentioned(Code(file))
        select (Path.GetFileName(file), used);

    private static IEnumerable<string> Mentioned(string code)
    {
        var full = from Match name in FullName().Matches(code) select name.Groups;
        var short_ = from Match name in ShortName().Matches(code) select name.Groups;
        return full.Concat(short_)
            .Select(groups => groups[1].Value is "Collectors" ? $"Collectors/{groups[2].Value}" : groups[1].Value)
            .Where(name => IsCollector(name) || name is "Commands" || Arrows.ContainsKey(name));
    }

    private static string[] Files(string room) =>
        Directory.GetFiles(Path.Combine(Source, room), "*.cs", SearchOption.AllDirectories);

    private static IEnumerable<string> Folders(string below) => Directory.Exists(Path.Combine(Source, below))
        ? Directory.GetDirectories(Path.Combine(Source, below))
            .Select(path => Path.GetFileName(path)!)
            .Where(name => name is not ("bin" or "obj") && Files(Path.Combine(below, name)) is not [])
        : [];

    private static string Code(string file) => Stripped(File.ReadAllText(file));

    private static string Stripped(string code) =>
        NamespaceLine().Replace(Comment().Replace(Literal().Replace(code, "\"\""), ""), "");

    [GeneratedRegex(@"\bEtcdSentinelExporter\.(\w+)(?:\.(\w+))?")]
    private static partial Regex FullName();

    [GeneratedRegex(@"(?<![\w.])([A-Z][a-z]+)\.([A-Z]\w*)")]
    private static partial Regex ShortName();

    [GeneratedRegex("\"(?:\\\\.|[^\"\\\\\\n])*\"")]
    private static partial Regex Literal();

    [GeneratedRegex("//.*$", RegexOptions.Multiline)]
    private static partial Regex Comment();

    [GeneratedRegex("^namespace .*$", RegexOptions.Multiline)]
    private static partial Regex NamespaceLine();
}
