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

    public WebLimits Web { get; init; } = new();

    public static CommandContext OfThisProcess() => new(
        Console.Out,
        Console.Error,
        System.Environment.GetEnvironmentVariables().Cast<DictionaryEntry>()
            .ToDictionary(e => (string)e.Key, e => (string?)e.Value ?? "", StringComparer.Ordinal),
        SettingsFile.Read,
        TimeProvider.System);
}
