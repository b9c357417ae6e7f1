using System.Collections;
using EtcdSentinelExporter.Settings;
using EtcdSentinelExporter.Web;

namespace EtcdSentinelExporter.Cli;

/// <summary>Environment of a command: streams, variables, files and clock. Tests replace it.</summary>
/// <param name="ReadFile">Returns the text of a file; throws <see cref="FormatException"/> if it cannot be
/// read.</param>
internal sealed record CommandContext(
    TextWriter Out,
    TextWriter Error,
    IReadOnlyDictionary<string, string> Environment,
    Func<string, string> ReadFile,
    TimeProvider Clock)
{
    /// <summary>Maximum time for writing the last log lines at exit.</summary>
    public TimeSpan LogFlushTimeout { get; init; } = TimeSpan.FromMilliseconds(200);

    /// <summary>Registers timeouts and limits that replace the defaults.</summary>
    public Action<IServiceCollection> AddServices { get; init; } = _ => { };

    /// <summary>Answers to questions; without any, there is no answer.</summary>
    public TextReader In { get; init; } = TextReader.Null;

    public WebLimits Web { get; init; } = new();

    public Terminal Terminal { get; init; } = Terminal.None;

    /// <summary>Folder in which <c>check</c> keeps its notes; <see langword="null"/> for none.</summary>
    public string? StateFolder { get; init; }

    public static CommandContext OfThisProcess()
    {
        var environment = System.Environment.GetEnvironmentVariables().Cast<DictionaryEntry>()
            .ToDictionary(e => (string)e.Key, e => (string?)e.Value ?? "", StringComparer.Ordinal);
        return new(Console.Out, Console.Error, environment, SettingsFile.Read, TimeProvider.System)
        {
            In = Console.In,
            Terminal = Terminal.OfThisProcess(environment),
            StateFolder = StateFolderOf(environment),
        };
    }

    // A folder that others may write to is none for the notes of root.
    private static string? StateFolderOf(Dictionary<string, string> environment) =>
        // systemd sets it for a unit with RuntimeDirectory=, which may have several.
        environment.GetValueOrDefault("RUNTIME_DIRECTORY") is ['/', ..] own ? $"{own.Split(':')[0]}/etcd-sentinel-check"
        : System.Environment.IsPrivilegedProcess ? "/run/etcd-sentinel-check"
        : environment.GetValueOrDefault("XDG_RUNTIME_DIR") is ['/', ..] folder ? $"{folder}/etcd-sentinel-check"
        : null;
}
