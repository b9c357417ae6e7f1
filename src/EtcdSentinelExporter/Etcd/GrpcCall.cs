using System.Globalization;
using System.Net;
using Google.Protobuf;

namespace EtcdSentinelExporter.Etcd;

/// <summary>One question: which method, what is asked, how long the answer may take.</summary>
internal sealed record GrpcCall(string Path, IMessage Message, TimeSpan Deadline)
{
    // etcd counts its callers by this; without it we would be «unknown».
    private static readonly string ClientVersion =
        $"sentinel-{typeof(GrpcCall).Assembly.GetName().Version?.ToString(3)}";

    /// <summary>Fail at once when the member knows no leader.</summary>
    public bool RequireLeader { get; init; }

    public HttpRequestMessage Request(Uri address)
    {
        var request = new HttpRequestMessage(HttpMethod.Post, new Uri(address, Path))
        {
            Version = HttpVersion.Version20,
            VersionPolicy = HttpVersionPolicy.RequestVersionExact,
            Content = new ByteArrayContent(GrpcFrame.Of(Message)),
        };
        request.Content.Headers.ContentType = new("application/grpc");
        request.Headers.TE.Add(new("trailers"));
        request.Headers.Add("grpc-timeout", ServerTimeout());
        request.Headers.Add("client-api-version", ClientVersion);
        if (RequireLeader)
            request.Headers.Add("hasleader", "true");
        return request;
    }

    // etcd is given a little less than we wait: its own «too late» then arrives in time, and leaves nothing pending.
    private string ServerTimeout() =>
        string.Create(CultureInfo.InvariantCulture, $"{Math.Max(1, (long)(Deadline.TotalMilliseconds * 0.9))}m");
}
