using System.Collections.Immutable;
using System.Globalization;
using System.Text.Json;

namespace EtcdSentinelExporter.Lab;

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

    public static async Task<EndpointStatus> OfAsync(EtcdCluster cluster, MemberProcess member) =>
        Parse(await cluster.EtcdctlAsync(member, "endpoint", "status", "-w", "json"))[0];

    /// <summary>Asks all voters, in their order.</summary>
    /// <exception cref="InvalidOperationException">One does not answer.</exception>
    public static async Task<ImmutableArray<EndpointStatus>> AllAsync(EtcdCluster cluster) =>
        Parse(await cluster.EtcdctlAsync("endpoint", "status", "-w", "json"));

    private static ImmutableArray<EndpointStatus> Parse(string text)
    {
        using var json = JsonDocument.Parse(text);
        return
        [
            .. json.RootElement.EnumerateArray()
                .Select(one => new EndpointStatus(one.GetProperty(nameof(Status)).Clone())),
        ];
    }
}
