using System.CommandLine;
using EtcdSentinelExporter.Settings;

namespace EtcdSentinelExporter.Cli;

/// <summary>Options of <c>writers</c>.</summary>
/// <param name="For">Duration of the watch.</param>
internal sealed record WritersOptions(TimeSpan For)
{
    /// <summary>The options as the command line defines them.</summary>
    internal sealed class Flags
    {
        private readonly Option<string[]> _for = VerbOption.Value("--for");

        public IEnumerable<Option> All => [_for];

        /// <summary>Reads the options. Problems are added to <paramref name="settings"/>.</summary>
        public WritersOptions Read(ParseResult parsed, SettingValues settings) => new(
            new VerbOption(WritersCommand.Name, parsed, settings)
                .Read(_for, "30s", SettingParsers.Within(SettingParsers.Duration, "1s", "5m")));
    }
}
