using System.CommandLine;
using EtcdSentinelExporter.Polling;
using EtcdSentinelExporter.Settings;

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
        private readonly Option<string[]> _window = VerbOption.Value("--window");
        private readonly Option<string[]> _output = VerbOption.Value("--output");
        private readonly Option<string[]> _only = VerbOption.Value("--only");
        private readonly Option<string[]> _textfile = VerbOption.Value("--textfile");
        private readonly Option<bool> _plugin = new("--plugin") { Arity = ArgumentArity.Zero };

        public IEnumerable<Option> All => [_window, _output, _only, _textfile, _plugin];

        /// <summary>Reads the options. Problems are added to <paramref name="settings"/>.</summary>
        public CheckOptions Read(ParseResult parsed, SettingValues settings)
        {
            var verb = new VerbOption(CheckCommand.Name, parsed, settings);
            var options = new CheckOptions(
                verb.Read(_window, "10s", ParseWindow),
                verb.Read(_output, "text", ParseFormat),
                verb.Read(_only, "", Names),
                parsed.GetResult(_plugin) is { Implicit: false },
                verb.Read(_textfile, "", text => text is "" ? null : SettingParsers.Text(text)));
            if (options is { IsPlugin: true, Textfile: not null })
                settings.AddProblem("check", "--plugin and --textfile exclude each other; run check twice.");
            return options;
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
