using System.CommandLine;
using EtcdSentinelExporter.Settings;
using EtcdSentinelExporter.Text;

namespace EtcdSentinelExporter.Cli;

/// <summary>Reads the options of a command. Invalid ones become problems of the settings, so that all are printed at
/// once.</summary>
/// <param name="command">Name of the command, for the problems.</param>
internal sealed class OptionWords(string command, ParseResult parsed, SettingValues settings)
{
    /// <summary>An option with a value.</summary>
    public static Option<string[]> Of(string name) =>
        new(name) { Arity = ArgumentArity.ZeroOrMore, AllowMultipleArgumentsPerToken = false };

    /// <summary>An option without a value.</summary>
    public static Option<bool> Switch(string name) => new(name) { Arity = ArgumentArity.Zero };

    public bool Has(Option option) => parsed.GetResult(option) is { Implicit: false };

    /// <param name="fallback">The value if the option is not given.</param>
    /// <param name="parse">Throws <see cref="FormatException"/> for an invalid value.</param>
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
            settings.AddProblem(command, $"{option.Name} {Quoted.Text(string.Join(' ', words))}: {e.Message}");
            return default!;
        }
    }
}
