using System.Collections.Immutable;
using System.Text;

namespace EtcdSentinelExporter.Node;

/// <summary>What systemd puts into a command line: specifiers (<c>%p</c>) and variables; see
/// systemd.service(5).</summary>
internal static class UnitVariables
{
    /// <summary>Specifiers of the unit's name and the host's; any other stays as it is written.</summary>
    /// <param name="text">As in the unit.</param>
    /// <param name="unit">Its name, <c>etcd.service</c>.</param>
    /// <param name="hostName">Absent when not known.</param>
    public static string ExpandSpecifiers(string text, string unit, string? hostName)
    {
        var expanded = new StringBuilder();
        for (var at = 0; at < text.Length; at++)
        {
            var value = text[at] == '%' && at + 1 < text.Length ? Specifier(text[at + 1], unit, hostName) : null;
            expanded.Append(value ?? text[at].ToString());
            at += value is null ? 0 : 1;
        }
        return expanded.ToString();
    }

    /// <summary>The words with variables put in: <c>${A}</c> within a word, <c>$A</c> as a word of its own becomes as
    /// many words as it holds. One that is not set is empty.</summary>
    public static ImmutableArray<string> Expand(
        ImmutableArray<string> words, IReadOnlyDictionary<string, string?> environment) =>
        [.. words.SelectMany(word => word is ['$', not ('{' or '$'), ..] && word[1..].All(IsNameCharacter)
            ? ShellWords.Split(environment.GetValueOrDefault(word[1..]) ?? "")
            : [ExpandBraces(word, environment)])];

    private static string ExpandBraces(string word, IReadOnlyDictionary<string, string?> environment)
    {
        var expanded = new StringBuilder();
        for (var at = 0; at < word.Length; at++)
        {
            var next = word[at] == '$' && at + 1 < word.Length ? word[at + 1] : '\0';
            var end = next == '{' ? word.IndexOf('}', at) : -1;
            if (end > 0)
                (_, at) = (expanded.Append(environment.GetValueOrDefault(word[(at + 2)..end])), end);
            else if (next == '$')
                expanded.Append(word[at++]);
            else
                expanded.Append(word[at]);
        }
        return expanded.ToString();
    }

    private static bool IsNameCharacter(char c) => char.IsAsciiLetterOrDigit(c) || c == '_';

    private static string? Specifier(char letter, string unit, string? hostName) => letter switch
    {
        '%' => "%",
        'n' => unit,
        'N' or 'p' => Path.GetFileNameWithoutExtension(unit),
        'i' or 'I' => "",
        'H' => hostName,
        'l' => hostName?.Split('.')[0],
        'S' => "/var/lib",
        'E' => "/etc",
        't' => "/run",
        _ => null,
    };
}
