using System.Net;
using EtcdSentinelExporter.Text;
using Grpc.Core;
using Grpc.Net.Client;

namespace EtcdSentinelExporter.Etcd.Client;

/// <summary>etcd's gRPC API over the connections of one TLS identity.</summary>
/// <remarks>Disposing it cancels the running call, also at the member.</remarks>
internal sealed class EtcdChannel : IDisposable
{
    // Responses have a few kB. An empty member takes two bytes of a response, but about 130 bytes of memory.
    public const int MaxMessage = 256 * 1024;

    private readonly GrpcHandler _handler;
    private readonly GrpcChannel _channel;

    /// <param name="endpoint">The member's address.</param>
    /// <param name="connection">Not disposed here.</param>
    /// <param name="maxMessage">Bytes of the largest response that is read.</param>
    public EtcdChannel(EtcdEndpoint endpoint, HttpConnection connection, int maxMessage = MaxMessage)
    {
        Connection = connection;
        _handler = new(connection);
        _channel = GrpcChannel.ForAddress(endpoint.Address, new GrpcChannelOptions
        {
            HttpHandler = _handler,
            MaxReceiveMessageSize = maxMessage,
            // The size limit applies before decompression: 256 KiB could become hundreds of megabytes.
            CompressionProviders = [],
            DisableResolverServiceConfig = true,
        });
        // The other constructors retry five times, and retries hide failures.
        Calls = _channel.CreateCallInvoker();
        Etcd = new(Calls);
    }

    public HttpConnection Connection { get; }

    public CallInvoker Calls { get; }

    public dotnet_etcd.EtcdClient Etcd { get; }

    public void Dispose()
    {
        Etcd.Dispose();
        _channel.Dispose();
        _handler.Dispose();
    }
}

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
