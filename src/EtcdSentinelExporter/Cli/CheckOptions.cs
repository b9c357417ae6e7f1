using System.CommandLine;
using EtcdSentinelExporter.Polling;
using EtcdSentinelExporter.Settings;
using EtcdSentinelExporter.Text;

namespace EtcdSentinelExporter.Cli;

internal enum CheckFormat { Text, Json, Markdown }

/// <summary>Options of <c>check</c>.</summary>
/// <param name="Window">Time between the two polls whose difference gives the durations of writes.</param>
/// <param name="Only">Names of collectors; empty for all.</param>
/// <param name="IsPlugin">True for one line and the exit codes of node-problem-detector.</param>
/// <param name="Textfile">File for the metrics; <see langword="null"/> for none.</param>
internal sealed record CheckOptions(
    TimeSpan Window, CheckFormat Format, ImmutableArray<string> Only, bool IsPlugin, string? Textfile)
{
    private static readonly Func<string, TimeSpan> ParseWindow =
        SettingParsers.Within(SettingParsers.Duration, "1s", "5m");

    private static readonly Func<string, CheckFormat> ParseFormat = SettingParsers.OneOf(
        ("text", CheckFormat.Text), ("json", CheckFormat.Json), ("markdown", CheckFormat.Markdown));

    /// <summary>Collectors that <c>--only</c> may name.</summary>
    public static ImmutableArray<CollectorKind> Kinds { get; } =
        [.. Catalog.All.Where(kind => kind.Settings.Any(row => row.Key == $"{kind.Name}.enabled"))];

    /// <summary>The options as the command line defines them.</summary>
    internal sealed class Flags
    {
        private readonly Option<string[]> _window = Value("--window");
        private readonly Option<string[]> _output = Value("--output");
        private readonly Option<string[]> _only = Value("--only");
        private readonly Option<string[]> _textfile = Value("--textfile");
        private readonly Option<bool> _plugin = new("--plugin") { Arity = ArgumentArity.Zero };

        public IEnumerable<Option> All => [_window, _output, _only, _textfile, _plugin];

        /// <summary>Reads the options. Problems are added to <paramref name="settings"/>.</summary>
        public CheckOptions Read(ParseResult parsed, SettingValues settings)
        {
            var options = new CheckOptions(
                Read(parsed, settings, _window, "10s", ParseWindow),
                Read(parsed, settings, _output, "text", ParseFormat),
                Read(parsed, settings, _only, "", Names),
                parsed.GetResult(_plugin) is { Implicit: false },
                Read(parsed, settings, _textfile, "", text => text is "" ? null : SettingParsers.Text(text)));
            if (options is { IsPlugin: true, Textfile: not null })
                settings.AddProblem("check", "--plugin and --textfile exclude each other; run check twice.");
            return options;
        }

        private static Option<string[]> Value(string name) =>
            new(name) { Arity = ArgumentArity.ZeroOrMore, AllowMultipleArgumentsPerToken = false };

        private static T Read<T>(
            ParseResult parsed, SettingValues settings, Option<string[]> option, string fallback, Func<string, T> parse)
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
                settings.AddProblem("check", $"{option.Name} {Quoted.Text(string.Join(' ', words))}: {e.Message}");
                return default!;
            }
        }

        private static ImmutableArray<string> Names(string text)
        {
            ImmutableArray<string> names = [.. text.Split(',', StringSplitOptions.RemoveEmptyEntries)];
            return names.All(name => Kinds.Any(kind => kind.Name == name))
                ? names
                : throw new FormatException($"write some of {string.Join(',', Kinds.Select(kind => kind.Name))}.");
        }
    }
}
