using System.Globalization;
using Grpc.Core;

namespace EtcdSentinelExporter.Etcd.Client;

/// <summary>One gRPC call to etcd.</summary>
/// <param name="Deadline">Time limit for the response.</param>
/// <param name="Send">Sends the call. Its token cancels the call at the member too, so it is the token of the
/// connection.</param>
internal sealed record EtcdCall<T>(
    TimeSpan Deadline, Func<dotnet_etcd.EtcdClient, Metadata, CancellationToken, Task<T>> Send)
{
    // etcd counts clients by this header; without it the exporter would count as "unknown".
    private static readonly string ClientVersion =
        $"sentinel-{typeof(EtcdConnection).Assembly.GetName().Version?.ToString(3)}";

    /// <summary>True to fail immediately while the member has no leader.</summary>
    public bool RequireLeader { get; init; }

    public Metadata Headers()
    {
        var headers = new Metadata
        {
            { "client-api-version", ClientVersion },
            { GrpcHandler.TimeoutHeader, ServerTimeout() },
        };
        if (RequireLeader)
            headers.Add("hasleader", "true");
        return headers;
    }

    // 90 % of the deadline: etcd's own "deadline exceeded" then arrives in time, and no call stays pending.
    private string ServerTimeout() =>
        string.Create(CultureInfo.InvariantCulture, $"{Math.Max(1, (long)(Deadline.TotalMilliseconds * 0.9))}m");
}
