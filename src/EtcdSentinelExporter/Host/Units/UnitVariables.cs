using System.Collections.Immutable;
using System.Text;
using EtcdSentinelExporter.Text;

namespace EtcdSentinelExporter.Host.Units;

/// <summary>What systemd puts into a command line: specifiers (<c>%p</c>) and variables; see
/// systemd.service(5).</summary>
internal static class UnitVariables
{
    /// <summary>Specifiers of the unit's name and the host's; any other stays as it is written.</summary>
    /// <param name="text">As in the unit.</param>
    /// <param name="unit">Its name, <c>etcd.service</c>.</param>
    /// <param name="hostName">Absent when not known.</param>
    /// <param name="budget">Of the unit.</param>
    /// <exception cref="FormatException">The budget is used up.</exception>
    public static string ExpandSpecifiers(string text, string unit, string? hostName, ExpansionBudget budget)
    {
        var expanded = new StringBuilder();
        for (var at = 0; at < text.Length; at++)
        {
            var value = text[at] == '%' && at + 1 < text.Length ? Specifier(text[at + 1], unit, hostName) : null;
            budget.Append(expanded, value ?? text.AsSpan(at, 1));
            at += value is null ? 0 : 1;
        }
        return expanded.ToString();
    }

    /// <summary>The words with variables put in: <c>${A}</c> within a word, <c>$A</c> as a word of its own becomes as
    /// many words as it holds. One that is not set is empty.</summary>
    /// <exception cref="FormatException">The budget is used up.</exception>
    public static ImmutableArray<string> Expand(
        ImmutableArray<string> words, IReadOnlyDictionary<string, string?> environment, ExpansionBudget budget) =>
        [.. words.SelectMany(word => word is ['$', not ('{' or '$'), ..] && word[1..].All(IsNameCharacter)
            ? ShellWords.Split(budget.Spend(environment.GetValueOrDefault(word[1..]) ?? ""))
            : [VariableReferences.Expand(word, '{', '}', name => environment.GetValueOrDefault(name) ?? "", budget)])];

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
