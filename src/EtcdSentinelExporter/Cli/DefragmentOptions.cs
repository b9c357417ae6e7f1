using System.CommandLine;
using System.Globalization;
using EtcdSentinelExporter.Etcd.Maintenance;
using EtcdSentinelExporter.Settings;

namespace EtcdSentinelExporter.Cli;

/// <summary>Options of <c>defragment</c>.</summary>
/// <param name="Deadline">Time limit of one member.</param>
/// <param name="IsDryRun">True to print the plan, and to write nothing.</param>
/// <param name="IsOncePerCluster">True if no other node has such a timer: then it acts wherever it runs, and the lock
/// alone keeps runs apart.</param>
/// <param name="TrustsRoom">True if the free space of other nodes was checked by somebody.</param>
/// <param name="Textfile">File for the metrics; <see langword="null"/> for none.</param>
internal sealed record DefragmentOptions(
    DefragmentRules Rules, TimeSpan MaxBlocked, ImmutableArray<string> Forced, TimeSpan Deadline, bool IsDryRun,
    bool IsOncePerCluster, bool TrustsRoom, string? Textfile)
{
    /// <summary>Codes of refusals that <c>--force</c> lifts.</summary>
    public static ImmutableArray<string> Forcible { get; } = [RefusalCode.Version, RefusalCode.BlockedTooLong];

    /// <summary>The options as the command line defines them.</summary>
    internal sealed class Flags
    {
        private readonly Option<string[]> _fragmentation = VerbOption.Value("--min-fragmentation");
        private readonly Option<string[]> _reclaimable = VerbOption.Value("--min-reclaimable");
        private readonly Option<string[]> _blocked = VerbOption.Value("--max-blocked");
        private readonly Option<string[]> _deadline = VerbOption.Value("--deadline");
        private readonly Option<string[]> _force = VerbOption.Value("--force");
        private readonly Option<string[]> _textfile = VerbOption.Value("--textfile");
        private readonly Option<bool> _dry = VerbOption.Switch("--dry-run");
        private readonly Option<bool> _once = VerbOption.Switch("--once-per-cluster");
        private readonly Option<bool> _room = VerbOption.Switch("--trust-room");

        public IEnumerable<Option> All =>
            [_fragmentation, _reclaimable, _blocked, _deadline, _force, _textfile, _dry, _once, _room];

        /// <summary>Reads the options. Problems are added to <paramref name="settings"/>.</summary>
        public DefragmentOptions Read(ParseResult parsed, SettingValues settings)
        {
            var verb = new VerbOption(DefragmentCommand.Name, parsed, settings);
            return new(
                new(verb.Read(_fragmentation, "0.5", Share), verb.Read(_reclaimable, "0.1", Share)),
                verb.Read(_blocked, "60s", SettingParsers.Within(SettingParsers.Duration, "100ms", "1h")),
                verb.Read(_force, "", Codes),
                verb.Read(_deadline, "10m", SettingParsers.Within(SettingParsers.Duration, "10s", "1h")),
                verb.Has(_dry), verb.Has(_once), verb.Has(_room),
                verb.Read(_textfile, "", text => text is "" ? null : SettingParsers.Text(text)));
        }

        private static double Share(string text) =>
            double.TryParse(text, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var share)
                && share is >= 0 and <= 1
                ? share
                : throw new FormatException("write a number from 0 to 1, such as 0.5.");

        private static ImmutableArray<string> Codes(string text)
        {
            ImmutableArray<string> codes = [.. text.Split(',', StringSplitOptions.RemoveEmptyEntries)];
            return codes.FirstOrDefault(code => !Forcible.Contains(code, StringComparer.Ordinal)) is { } other
                ? throw new FormatException(RefusalCode.All.Contains(other, StringComparer.Ordinal)
                    ? $"{other} cannot be forced; {string.Join(" and ", Forcible)} can."
                    : $"write some of {string.Join(',', Forcible)}.")
                : codes;
        }
    }
}
