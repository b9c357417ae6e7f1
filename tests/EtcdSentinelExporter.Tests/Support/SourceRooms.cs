using System.Text.RegularExpressions;

namespace EtcdSentinelExporter.Tests.Support;

/// <summary>Finds the rooms of the source and which room uses which: by <c>using</c>, by a qualified name, or by the
/// name of a type of an enclosing room.</summary>
internal sealed partial class SourceRooms
{
    private const string Root = "EtcdSentinelExporter";

    private readonly Dictionary<string, List<string>> _files = new(StringComparer.Ordinal);
    private readonly Dictionary<string, HashSet<string>> _types = new(StringComparer.Ordinal);

    public IEnumerable<string> Rooms => _files.Keys;

    public static SourceRooms Read(string folder)
    {
        var rooms = new SourceRooms();
        foreach (var path in Directory.GetFiles(folder, "*.cs", SearchOption.AllDirectories))
        {
            var room = Path.GetDirectoryName(Path.GetRelativePath(folder, path))!;
            if (room.Length > 0 && room.Split('/')[0] is not ("bin" or "obj" or "Properties"))
                rooms.Add(room, Stripped(File.ReadAllText(path)));
        }
        return rooms;
    }

    public IEnumerable<string> Uses(string room) =>
        _files[room].SelectMany(code => Used(room, code)).Distinct(StringComparer.Ordinal);

    public IEnumerable<string> UsedBy(string room, string code) =>
        Used(room, Stripped(code)).Distinct(StringComparer.Ordinal);

    private void Add(string room, string code)
    {
        if (!_files.TryGetValue(room, out var files))
            (_files[room], _types[room]) = (files = [], new(StringComparer.Ordinal));
        files.Add(code);
        _types[room].UnionWith(Declaration().Matches(code).Select(type => type.Groups["name"].Value));
    }

    private IEnumerable<string> Used(string room, string code)
    {
        var named = Using().Matches(code).Select(line => line.Groups["name"].Value.Replace('.', '/'));
        var qualified = QualifiedName().Matches(code).SelectMany(name => OfQualified(room, name.Value.Split('.')));
        var outer = Outer(room).Where(parent => Names(code).Any(_types[parent].Contains));
        return named.Concat(qualified).Concat(outer).Where(used => used != room && _files.ContainsKey(used));
    }

    // EtcdSentinelExporter.Etcd.Client.EtcdReason, or from within Etcd: Client.EtcdReason.
    private IEnumerable<string> OfQualified(string room, string[] words)
    {
        var isFull = words[0] == Root;
        string[] starts = isFull ? [""] : [.. Prefixes(room), ""];
        return from start in starts
               from length in Enumerable.Range(1, words.Length - 1)
               let rest = isFull ? words[1..] : words
               where length < rest.Length
               let used = string.Join('/', (start.Length == 0 ? [] : start.Split('/')).Concat(rest[..length]))
               where _types.TryGetValue(used, out var types) && types.Contains(rest[length])
               select used;
    }

    private IEnumerable<string> Outer(string room) => Prefixes(room).Where(prefix => _files.ContainsKey(prefix));

    private static IEnumerable<string> Prefixes(string room)
    {
        for (var cut = room.LastIndexOf('/'); cut > 0; cut = room.LastIndexOf('/', cut - 1))
            yield return room[..cut];
    }

    private static IEnumerable<string> Names(string code) => SimpleName().Matches(code).Select(name => name.Value);

    private static string Stripped(string code) => Comment().Replace(Literal().Replace(code, "\"\""), "");

    [GeneratedRegex(@"^using EtcdSentinelExporter\.(?<name>[\w.]+);", RegexOptions.Multiline)]
    private static partial Regex Using();

    [GeneratedRegex(
        @"^(?:(?:public|internal|sealed|static|abstract|partial|readonly|ref)\s+)*"
        + @"(?:class|record struct|record|struct|interface|enum|delegate [\w<>]+)\s+(?<name>\w+)",
        RegexOptions.Multiline)]
    private static partial Regex Declaration();

    [GeneratedRegex(@"(?<![\w.])[A-Z]\w*(?:\.[A-Z]\w*)+")]
    private static partial Regex QualifiedName();

    [GeneratedRegex(@"(?<![\w.])[A-Z]\w*(?!\()")]
    private static partial Regex SimpleName();

    [GeneratedRegex("\"(?:\\\\.|[^\"\\\\\\n])*\"")]
    private static partial Regex Literal();

    [GeneratedRegex("//.*$", RegexOptions.Multiline)]
    private static partial Regex Comment();
}
