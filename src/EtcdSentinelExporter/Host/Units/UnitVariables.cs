using System.Text;
using EtcdSentinelExporter.Text;

namespace EtcdSentinelExporter.Host.Units;

/// <summary>Expands specifiers (<c>%p</c>) and variables in a command line; see systemd.service(5).</summary>
internal static class UnitVariables
{
    /// <summary>Expands specifiers for the name of the unit and of the host; others stay as written.</summary>
    /// <param name="unit">Name of the unit, such as <c>etcd.service</c>.</param>
    /// <param name="hostName">Host name; <see langword="null"/> if unknown.</param>
    /// <exception cref="FormatException">The budget is exceeded.</exception>
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

    /// <summary>Expands variables: <c>${A}</c> within a word; <c>$A</c> as a whole word is split into words. Unset
    /// variables are empty.</summary>
    /// <exception cref="FormatException">The budget is exceeded.</exception>
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
        'N' => Path.GetFileNameWithoutExtension(unit),
        'p' => Path.GetFileNameWithoutExtension(unit).Split('@')[0],
        'i' or 'I' => Path.GetFileNameWithoutExtension(unit).Split('@', 2) is [_, var instance] ? instance : "",
        'H' => hostName,
        'l' => hostName?.Split('.')[0],
        'S' => "/var/lib",
        'E' => "/etc",
        't' => "/run",
        _ => null,
    };
}
