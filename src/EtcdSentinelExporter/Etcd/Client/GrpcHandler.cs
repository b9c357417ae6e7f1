using System.Net;
using EtcdSentinelExporter.Text;

namespace EtcdSentinelExporter.Etcd.Client;

/// <summary>Sends the requests of a gRPC channel over an <see cref="HttpConnection"/>.</summary>
/// <remarks>Not a <see cref="DelegatingHandler"/>: the channel would find the inner <see cref="SocketsHttpHandler"/>
/// and take over its sockets. It would then connect in the background and, after a failure, wait up to two
/// minutes.</remarks>
internal sealed class GrpcHandler(HttpConnection connection) : HttpMessageHandler
{
    /// <summary>Name of the header that is sent as <c>grpc-timeout</c>.</summary>
    /// <remarks>The channel drops <c>grpc-timeout</c> from metadata. It sends that header only with a deadline of its
    /// own, at which it would cancel the call.</remarks>
    public const string TimeoutHeader = "sentinel-timeout";

    protected override async Task<HttpResponseMessage> SendAsync(
        HttpRequestMessage request, CancellationToken cancellationToken)
    {
        request.Headers.Add("grpc-timeout", request.Headers.GetValues(TimeoutHeader));
        request.Headers.Remove(TimeoutHeader);
        // Without this header the server does not compress; the channel would send "identity,".
        request.Headers.Remove("grpc-accept-encoding");
        var response = await connection.SendAsync(request, cancellationToken);
        var type = response.Content.Headers.ContentType?.MediaType;
        if (response.StatusCode == HttpStatusCode.OK && type is not null && IsGrpc(type))
            return response;
        response.Dispose();
        throw new EtcdException(
            EtcdReason.NotGrpc,
            $"The server is not etcd's client port: HTTP {(int)response.StatusCode}, "
            + $"{DisplayText.Of(type ?? "no content type", AnswerLimits.MaxNameLength)}.")
        {
            HttpStatus = (int)response.StatusCode,
        };
    }

    private static bool IsGrpc(string type) =>
        type == "application/grpc" || type.StartsWith("application/grpc+", StringComparison.Ordinal);
}
