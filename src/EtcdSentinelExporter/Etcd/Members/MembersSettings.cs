using EtcdSentinelExporter.Etcd.Client;
using EtcdSentinelExporter.Polling;

namespace EtcdSentinelExporter.Etcd.Members;

/// <summary>The collector's own settings. <see cref="EtcdSettings"/> decides which members are polled.</summary>
internal static class MembersSettings
{
    public static readonly CollectorSettings Common = new(MembersCollector.Name, every: "15s", timeout: "5s");
}

/// <summary>Timeouts of the members collector that no setting changes.</summary>
internal sealed record MembersTimeouts
{
    /// <summary>Timeout of one call to a member; a healthy one responds within milliseconds.</summary>
    public TimeSpan Call { get; init; } = TimeSpan.FromSeconds(1.5);

    /// <summary>Timeout of a member's metrics page.</summary>
    public TimeSpan Page { get; init; } = TimeSpan.FromSeconds(1);
}
