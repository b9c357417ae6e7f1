using System.Net;
using EtcdSentinelExporter.Text;

namespace EtcdSentinelExporter.Etcd.Client;

/// <summary>Sends the requests of a gRPC channel over a line.</summary>
/// <remarks>Not a <see cref="DelegatingHandler"/>: through one, the channel finds the <see cref="SocketsHttpHandler"/>
/// and takes over its sockets. It would then dial in the background and, after a failure, wait up to two minutes.
/// </remarks>
internal sealed class GrpcHandler(HttpConnection line) : HttpMessageHandler
{
    /// <summary>Becomes <c>grpc-timeout</c>. The channel drops that name from metadata: it sends the header only with
    /// a deadline, at which it would cancel the call.</summary>
    public const string TimeoutHeader = "sentinel-timeout";

    protected override async Task<HttpResponseMessage> SendAsync(
        HttpRequestMessage request, CancellationToken cancellationToken)
    {
        request.Headers.Add("grpc-timeout", request.Headers.GetValues(TimeoutHeader));
        request.Headers.Remove(TimeoutHeader);
        // Without it the server does not compress; the channel would send "identity,".
        request.Headers.Remove("grpc-accept-encoding");
        var response = await line.SendAsync(request, cancellationToken);
        var type = response.Content.Headers.ContentType?.MediaType;
        if (response.StatusCode == HttpStatusCode.OK && type is not null && IsGrpc(type))
            return response;
        response.Dispose();
        throw new EtcdException(
            EtcdReason.NotGrpc,
            $"Something that is not etcd's client port answers: HTTP {(int)response.StatusCode}, "
            + $"{DisplayText.Of(type ?? "no content type", AnswerLimits.MaxNameLength)}.")
        {
            HttpStatus = (int)response.StatusCode,
        };
    }

    private static bool IsGrpc(string type) =>
        type == "application/grpc" || type.StartsWith("application/grpc+", StringComparison.Ordinal);
}
