using Grpc.Net.Client;

namespace EtcdSentinelExporter.Etcd.Client;

/// <summary>etcd's gRPC API over the connections of one TLS identity.</summary>
/// <remarks>Disposing it cancels the running call, also at the member.</remarks>
internal sealed class EtcdChannel : IDisposable
{
    // Responses have a few kB. An empty member takes two bytes of a response, but about 130 bytes of memory.
    private const int MaxMessage = 256 * 1024;

    private readonly GrpcHandler _handler;
    private readonly GrpcChannel _channel;

    /// <param name="endpoint">The member's address.</param>
    /// <param name="connection">Not disposed here.</param>
    public EtcdChannel(EtcdEndpoint endpoint, HttpConnection connection)
    {
        Connection = connection;
        _handler = new(connection);
        _channel = GrpcChannel.ForAddress(endpoint.Address, new GrpcChannelOptions
        {
            HttpHandler = _handler,
            MaxReceiveMessageSize = MaxMessage,
            // The size limit applies before decompression: 256 KiB could become hundreds of megabytes.
            CompressionProviders = [],
            DisableResolverServiceConfig = true,
        });
        // The other constructors retry five times, and retries hide failures.
        Etcd = new(_channel.CreateCallInvoker());
    }

    public HttpConnection Connection { get; }

    public dotnet_etcd.EtcdClient Etcd { get; }

    public void Dispose()
    {
        Etcd.Dispose();
        _channel.Dispose();
        _handler.Dispose();
    }
}
