using System.CommandLine;
using EtcdSentinelExporter.Etcd.Versions;
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
    /// <summary>Minor version of an upgrade to plan instead of a report; <see langword="null"/> for none.</summary>
    public EtcdVersion? Upgrade { get; init; }

    /// <summary>How to compare the data of members instead of a report; <see langword="null"/> for a report.</summary>
    public HashOptions? Hash { get; init; }

    /// <summary>Path of a snapshot to verify instead of a report; <see langword="null"/> for none.</summary>
    public string? Backup { get; init; }

    /// <summary>Folder into which that snapshot is restored as a trial; <see langword="null"/> for none.</summary>
    public string? RestoreInto { get; init; }

    /// <summary>True if only the members are polled.</summary>
    public bool NeedsMembersOnly => Upgrade is not null || Hash is not null;

    private bool IsNoReport => NeedsMembersOnly || Backup is not null;

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
        private readonly Option<string[]> _upgrade = VerbOption.Value("--upgrade");
        private readonly Option<string[]> _backup = VerbOption.Value("--backup");
        private readonly Option<string[]> _restoreInto = VerbOption.Value("--restore-into");
        private readonly Option<string[]> _pause = VerbOption.Value("--pause");
        private readonly Option<string[]> _maxDb = VerbOption.Value("--max-db");
        private readonly Option<bool> _hash = VerbOption.Switch("--hash");
        private readonly Option<bool> _plugin = new("--plugin") { Arity = ArgumentArity.Zero };

        public IEnumerable<Option> All =>
            [_window, _output, _only, _textfile, _upgrade, _backup, _restoreInto, _pause, _maxDb, _hash, _plugin];

        /// <summary>Reads the options. Problems are added to <paramref name="settings"/>.</summary>
        public CheckOptions Read(ParseResult parsed, SettingValues settings)
        {
            var verb = new VerbOption(CheckCommand.Name, parsed, settings);
            var options = new CheckOptions(
                verb.Read(_window, "10s", ParseWindow),
                verb.Read(_output, "text", ParseFormat),
                verb.Read(_only, "", Names),
                parsed.GetResult(_plugin) is { Implicit: false },
                verb.Read(_textfile, "", text => text is "" ? null : SettingParsers.Text(text)))
            {
                Upgrade = verb.Read(_upgrade, "", CheckUpgrade.Parse),
                Hash = HashOptions(verb),
                Backup = verb.Read(_backup, "", text => text is "" ? null : SettingParsers.Text(text)),
                RestoreInto = verb.Read(
                    _restoreInto, "", text => text is "" ? null : SettingParsers.AbsolutePath(text).TrimEnd('/')),
            };
            if (options is { IsPlugin: true, Textfile: not null })
                settings.AddProblem("check", "--plugin and --textfile exclude each other; run check twice.");
            if (options is { IsNoReport: true, IsPlugin: true } or { IsNoReport: true, Textfile: not null })
                settings.AddProblem("check", "--upgrade, --hash and --backup exclude --plugin and --textfile.");
            if (new[] { options.Upgrade is not null, options.Hash is not null, options.Backup is not null }
                .Count(isSet => isSet) > 1)
            {
                settings.AddProblem("check", "--upgrade, --hash and --backup exclude each other; run check twice.");
            }
            if (options is { RestoreInto: not null, Backup: null })
                settings.AddProblem("check", "--restore-into needs --backup=FILE.");
            return options;
        }

        private HashOptions? HashOptions(VerbOption verb)
        {
            var options = new HashOptions(
                verb.Read(_pause, "30s", SettingParsers.Within(SettingParsers.Duration, "1s", "10m")),
                verb.Read(_maxDb, "4GiB", SettingParsers.Within(SettingParsers.Bytes, "1MiB", "64GiB")));
            return verb.Has(_hash) ? options : null;
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
