using System.CommandLine;
using EtcdSentinelExporter.Settings;

namespace EtcdSentinelExporter.Cli;

/// <summary>Options of <c>keys</c>.</summary>
/// <param name="Resource">The resource, as kubectl names it.</param>
/// <param name="ByNamespace">True to count in each namespace.</param>
/// <param name="Largest">True to read all values, and to name the largest.</param>
internal sealed record KeysOptions(string Resource, bool ByNamespace, bool Largest)
{
    private const int MaxLength = 253;

    /// <summary>The options as the command line defines them.</summary>
    internal sealed class Flags
    {
        private readonly Option<string[]> _resource = VerbOption.Value("--resource");
        private readonly Option<string[]> _by = VerbOption.Value("--by");
        private readonly Option<bool> _largest = VerbOption.Switch("--largest");

        public IEnumerable<Option> All => [_resource, _by, _largest];

        /// <summary>Reads the options. Problems are added to <paramref name="settings"/>.</summary>
        public KeysOptions Read(ParseResult parsed, SettingValues settings)
        {
            var words = new VerbOption(KeysCommand.Name, parsed, settings);
            if (!words.Has(_resource))
                settings.AddProblem(KeysCommand.Name, "write whose keys: --resource=pods.");
            if (words.Has(_by) && words.Has(_largest))
                settings.AddProblem(KeysCommand.Name, "--by and --largest exclude each other.");
            return new(
                words.Has(_resource) ? words.Read(_resource, "", ResourceName) : "",
                words.Read(_by, "", By), words.Has(_largest));
        }

        private static string ResourceName(string text) =>
            text.Length is > 0 and <= MaxLength && text.All(c => char.IsAsciiLetterLower(c) || char.IsAsciiDigit(c)
                || c is '.' or '-' or '/') && text.Trim('/') == text
                ? text
                : throw new FormatException("write a resource such as pods, deployments.apps or toys.example.com.");

        private static bool By(string text) => text switch
        {
            "" => false,
            "namespace" => true,
            _ => throw new FormatException("write --by=namespace."),
        };
    }
}
