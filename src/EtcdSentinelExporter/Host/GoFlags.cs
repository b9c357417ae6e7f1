using System.Collections.Frozen;

namespace EtcdSentinelExporter.Host;

/// <summary>Parses arguments as programs in Go do: <c>--a=b</c>, <c>-a=b</c>, <c>--a b</c>; the last one
/// wins.</summary>
internal static class GoFlags
{
    /// <param name="arguments">Arguments without the program name.</param>
    /// <param name="switches">Flags that never take the next word as their value.</param>
    public static ImmutableDictionary<string, string> Parse(
        ImmutableArray<string> arguments, FrozenSet<string> switches) =>
        Parse(arguments, (name, _) => switches.Contains(name));

    /// <summary>Parses the arguments of a program whose switches are unknown, such as the components of Kubernetes:
    /// a word that begins with a dash is never a value.</summary>
    public static ImmutableDictionary<string, string> Parse(ImmutableArray<string> arguments) =>
        Parse(arguments, (_, next) => next is ['-', ..]);

    /// <param name="isSwitch">Gets the flag and the word after it.</param>
    private static ImmutableDictionary<string, string> Parse(
        ImmutableArray<string> arguments, Func<string, string, bool> isSwitch)
    {
        var flags = ImmutableDictionary.CreateBuilder<string, string>(StringComparer.Ordinal);
        for (var at = 0; at < arguments.Length; at++)
        {
            // Go stops at the first word that is not a flag.
            if (arguments[at] is not ['-', ..] word || word.TrimStart('-').Length == 0)
                break;
            var (name, value) = word.TrimStart('-').Split('=', 2) is [var before, var after]
                ? (before, after)
                : (word.TrimStart('-'), null);
            flags[name] = value ?? (at + 1 == arguments.Length || isSwitch(name, arguments[at + 1])
                ? "true"
                : arguments[++at]);
        }
        return flags.ToImmutable();
    }
}
