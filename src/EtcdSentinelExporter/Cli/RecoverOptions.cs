using System.CommandLine;
using System.Globalization;
using EtcdSentinelExporter.Etcd.Maintenance;
using EtcdSentinelExporter.Recovery;
using EtcdSentinelExporter.Settings;

namespace EtcdSentinelExporter.Cli;

internal enum RecoverFormat { Text, Json, Markdown, Script }

/// <summary>Options of <c>recover</c>.</summary>
/// <param name="Topic">One of <see cref="Topics"/>.</param>
/// <param name="Execute">How to run the steps; <see langword="null"/> to print them.</param>
/// <param name="Forced">Codes of refusals that are lifted.</param>
/// <param name="TrustsRoom">True if somebody has checked the room on other nodes.</param>
internal sealed record RecoverOptions(
    string Topic, RecoverFormat Format, ExecuteOptions? Execute, ImmutableArray<string> Forced, bool TrustsRoom)
{
    private const string Verb = RecoverCommand.Name;

    // What this verb lets through; the list of refusals says which of them can be forced.
    private static readonly ImmutableArray<string> Forceable =
        [RefusalCode.Version, RefusalCode.BlockedTooLong, RefusalCode.MemberDown];

    private static readonly Func<string, RecoverFormat> ParseFormat = SettingParsers.OneOf(
        ("text", RecoverFormat.Text), ("json", RecoverFormat.Json), ("markdown", RecoverFormat.Markdown));

    public static ImmutableArray<string> Topics { get; } =
        [SpacePlan.NoSpace, SpacePlan.Fragmentation, "certificates", "disk"];

    /// <summary>The options as the command line defines them.</summary>
    internal sealed class Flags
    {
        private readonly Argument<string> _topic = new("topic") { Arity = ArgumentArity.ZeroOrOne };
        private readonly Option<string[]> _output = VerbOption.Value("--output");
        private readonly Option<bool> _script = VerbOption.Switch("--script");
        private readonly Option<bool> _execute = VerbOption.Switch("--execute");
        private readonly Option<bool> _yes = VerbOption.Switch("--yes");
        private readonly Option<bool> _trustRoom = VerbOption.Switch("--trust-room");
        private readonly Option<string[]> _clusterId = VerbOption.Value("--cluster-id");
        private readonly Option<string[]> _snapshot = VerbOption.Value("--snapshot");
        private readonly Option<string[]> _noSnapshot = VerbOption.Value("--no-snapshot");
        private readonly Option<string[]> _journal = VerbOption.Value("--journal");
        private readonly Option<string[]> _only = VerbOption.Value("--only");
        private readonly Option<string[]> _force = VerbOption.Value("--force");

        public Command Command()
        {
            var command = new Command(Verb) { TreatUnmatchedTokensAsErrors = false };
            command.Arguments.Add(_topic);
            foreach (var option in (Option[])
                [
                    _output, _script, _execute, _yes, _trustRoom, _clusterId, _snapshot, _noSnapshot, _journal, _only,
                    _force,
                ])
            {
                command.Options.Add(option);
            }
            return command;
        }

        /// <summary>Reads the options. Problems are added to <paramref name="settings"/>.</summary>
        public RecoverOptions Read(ParseResult parsed, SettingValues settings)
        {
            var words = new VerbOption(Verb, parsed, settings);
            var topic = parsed.GetResult(_topic)?.Tokens is [var word] ? word.Value : "";
            if (!Topics.Contains(topic, StringComparer.Ordinal))
                settings.AddProblem(Verb, $"write what to recover: {string.Join(", ", Topics)}.");
            var execute = new ExecuteOptions
            {
                Yes = words.Has(_yes),
                ClusterId = words.Read(_clusterId, "", text => text is "" ? (ulong?)null : ParseId(text)),
                Snapshot = words.Read(_snapshot, "", text => text is "" ? null : SettingParsers.AbsolutePath(text)),
                NoSnapshot = words.Read(_noSnapshot, "", text => text is "" ? null : SettingParsers.Text(text)),
                Journal = words.Read(_journal, "", text => text is "" ? null : SettingParsers.AbsolutePath(text)),
                Only = words.Read(_only, "", text => text is "" ? null : OnlyStep.Parse(text)),
            };
            Check(words, settings, topic, execute);
            return new(
                topic,
                words.Has(_script) ? RecoverFormat.Script : words.Read(_output, "text", ParseFormat),
                words.Has(_execute) ? execute : null,
                words.Read(_force, "", ParseCodes),
                words.Has(_trustRoom));
        }

        private void Check(VerbOption words, SettingValues settings, string topic, ExecuteOptions execute)
        {
            if (words.Has(_script) && words.Has(_output))
                settings.AddProblem(Verb, "--script and --output exclude each other.");
            if (words.Has(_script) && topic is ("certificates" or "disk"))
            {
                settings.AddProblem(Verb, $"--script is not for recover {topic}: between its steps somebody has to "
                    + "look at the node.");
            }
            if (!words.Has(_execute))
            {
                foreach (var option in (Option[])[_yes, _clusterId, _snapshot, _noSnapshot, _journal, _only])
                {
                    if (words.Has(option))
                        settings.AddProblem(Verb, $"{option.Name} is only for --execute.");
                }
                return;
            }
            if (topic is not SpacePlan.NoSpace)
                settings.AddProblem(Verb, "--execute is only for recover nospace; the others are printed.");
            if (words.Has(_script) || words.Has(_output))
                settings.AddProblem(Verb, "--execute prints its journal: leave out --script and --output.");
            if (execute is { Snapshot: not null, NoSnapshot: not null })
                settings.AddProblem(Verb, "--snapshot and --no-snapshot exclude each other.");
        }

        private static ulong ParseId(string text) =>
            ulong.TryParse(text, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var id) && id != 0
                ? id
                : throw new FormatException("write the cluster ID in hexadecimal, as check prints it.");

        private static ImmutableArray<string> ParseCodes(string text)
        {
            ImmutableArray<string> codes = [.. text.Split(',', StringSplitOptions.RemoveEmptyEntries)];
            return codes.All(code => Forceable.Contains(code, StringComparer.Ordinal))
                ? codes
                : throw new FormatException($"write some of {string.Join(',', Forceable)}; others cannot be forced.");
        }
    }
}
