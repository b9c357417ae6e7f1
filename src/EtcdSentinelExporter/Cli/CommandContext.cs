using System.Collections;
using EtcdSentinelExporter.Settings;
using EtcdSentinelExporter.Web;

namespace EtcdSentinelExporter.Cli;

/// <summary>What the program gets from the world it was started in; tests give another.</summary>
/// <param name="ReadFile">Text of a file; throws <see cref="FormatException"/> with a sentence when there is
/// none.</param>
internal sealed record CommandContext(
    TextWriter Out,
    TextWriter Error,
    IReadOnlyDictionary<string, string> Environment,
    Func<string, string> ReadFile,
    TimeProvider Clock)
{
    /// <summary>Time for the last log lines when the program ends.</summary>
    public TimeSpan LogFlushWithin { get; init; } = TimeSpan.FromMilliseconds(200);

    /// <summary>Registers services that replace those of the program, such as timeouts.</summary>
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
