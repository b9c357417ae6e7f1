using EtcdSentinelExporter.Diagnosis;
using EtcdSentinelExporter.Etcd.Client;
using EtcdSentinelExporter.Settings;

namespace EtcdSentinelExporter.Recovery;

/// <summary>Options that a printed command needs to mean the same cluster as this run.</summary>
internal sealed record ProgramOptions
{
    public static ProgramOptions None { get; } = new();

    /// <summary>Settings as flags of this program, with a space before each; empty without any.</summary>
    public string Settings { get; init; } = "";

    /// <summary>Further options of <c>--execute</c>, with a space before each; empty without any.</summary>
    public string Execute { get; init; } = "";

    /// <summary>What the settings say of etcd.</summary>
    public EtcdOverrides Etcd { get; init; } = new([], null, null, null, null);

    /// <summary>Settings of the command line and the environment as flags. Those of a file come with the name of the
    /// file.</summary>
    public static string FlagsOf(IEnumerable<RawSetting> given) => string.Concat(given
        .Where(one => one.Origin.StartsWith("--", StringComparison.Ordinal)
            || one.Origin.StartsWith("ETCDSENTINEL_", StringComparison.Ordinal))
        .Select(one => $" --{one.Key}={NodeCommands.Quoted(one.Text)}"));
}
