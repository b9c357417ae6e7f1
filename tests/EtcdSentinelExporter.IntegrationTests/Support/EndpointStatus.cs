using System.Globalization;
using System.Text.Json;

namespace EtcdSentinelExporter.IntegrationTests.Support;

/// <summary>Result of <c>etcdctl endpoint status -w json</c> for one member.</summary>
internal sealed record EndpointStatus(JsonElement Status)
{
    public ulong MemberId => Status.GetProperty("header").GetProperty("member_id").GetUInt64();

    public string MemberIdHex => MemberId.ToString("x", CultureInfo.InvariantCulture);

    public string ClusterIdHex =>
        Status.GetProperty("header").GetProperty("cluster_id").GetUInt64().ToString("x", CultureInfo.InvariantCulture);

    public string Version => Status.GetProperty("version").GetString()!;

    public bool IsLeader => Status.GetProperty("leader").GetUInt64() == MemberId;

    public double Revision => Status.GetProperty("header").GetProperty("revision").GetDouble();

    public double Number(string name) => Status.TryGetProperty(name, out var value) ? value.GetDouble() : 0;

    public static async Task<EndpointStatus> OfAsync(EtcdCluster cluster, MemberProcess member)
    {
        using var json = JsonDocument.Parse(await cluster.EtcdctlAsync(member, "endpoint", "status", "-w", "json"));
        return new(json.RootElement[0].GetProperty(nameof(Status)).Clone());
    }
}
