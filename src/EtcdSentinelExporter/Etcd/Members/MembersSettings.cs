using EtcdSentinelExporter.Etcd.Client;
using EtcdSentinelExporter.Polling;

namespace EtcdSentinelExporter.Etcd.Members;

/// <summary>The collector's own settings. <see cref="EtcdSettings"/> decides which members are polled.</summary>
internal static class MembersSettings
{
    public static readonly CollectorSettings Common = new(MembersCollector.Name, every: "15s", timeout: "5s");
}
