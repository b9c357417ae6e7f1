using System.CommandLine;
using EtcdSentinelExporter.Settings;
using EtcdSentinelExporter.Text;

namespace EtcdSentinelExporter.Cli;

/// <summary>Reads the options of one verb. Problems are added to the settings, so that all are printed at
/// once.</summary>
internal sealed class VerbOption(string verb, ParseResult parsed, SettingValues settings)
{
    /// <summary>An option with a value.</summary>
    public static Option<string[]> Value(string name) =>
        new(name) { Arity = ArgumentArity.ZeroOrMore, AllowMultipleArgumentsPerToken = false };

    /// <summary>An option without a value.</summary>
    public static Option<bool> Switch(string name) => new(name) { Arity = ArgumentArity.Zero };

    /// <summary>True if the option was given.</summary>
    public bool Has(Option option) => parsed.GetResult(option) is { Implicit: false };

    /// <param name="fallback">Text of the value that applies without the option; may be empty.</param>
    /// <param name="parse">Throws <see cref="FormatException"/> for an invalid value.</param>
    /// <returns>The type's default if there is a problem.</returns>
    public T Read<T>(Option<string[]> option, string fallback, Func<string, T> parse)
    {
        var words = parsed.GetResult(option) is { Implicit: false } result
            ? result.Tokens.Select(token => token.Value).ToArray()
            : [fallback];
        try
        {
            return words is [var word] && (word is not "" || fallback is "")
                ? parse(word)
                : throw new FormatException($"write it once, with a value: {option.Name}=…");
        }
        catch (FormatException e)
        {
            settings.AddProblem(verb, $"{option.Name} {Quoted.Text(string.Join(' ', words))}: {e.Message}");
            return default!;
        }
    }
}
