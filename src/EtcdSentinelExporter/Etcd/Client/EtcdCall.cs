using System.Globalization;
using Grpc.Core;

namespace EtcdSentinelExporter.Etcd.Client;

/// <summary>One question, and how long its answer may take.</summary>
/// <param name="Send">Asks it. The token ends the call at the member too, so it is that of the connection.</param>
internal sealed record EtcdCall<T>(
    TimeSpan Deadline, Func<dotnet_etcd.EtcdClient, Metadata, CancellationToken, Task<T>> Send)
{
    // etcd counts its callers by this; without it we would be "unknown".
    private static readonly string ClientVersion =
        $"sentinel-{typeof(EtcdConnection).Assembly.GetName().Version?.ToString(3)}";

    /// <summary>Fail at once when the member knows no leader.</summary>
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

    // 90 % of the deadline: etcd's own "deadline exceeded" then arrives in time, and leaves nothing pending.
    private string ServerTimeout() =>
        string.Create(CultureInfo.InvariantCulture, $"{Math.Max(1, (long)(Deadline.TotalMilliseconds * 0.9))}m");
}
