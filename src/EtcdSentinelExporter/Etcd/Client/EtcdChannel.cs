using Grpc.Net.Client;

namespace EtcdSentinelExporter.Etcd.Client;

/// <summary>etcd's API over the connections of one TLS identity.</summary>
/// <remarks>Disposing it cancels the call that is under way, also at the member.</remarks>
internal sealed class EtcdChannel : IDisposable
{
    // Answers have a few kB. A member that is empty takes two bytes of an answer, and some 130 of memory.
    private const int MaxMessage = 256 * 1024;

    private readonly GrpcHandler _handler;
    private readonly GrpcChannel _channel;

    /// <param name="line">Not disposed here.</param>
    public EtcdChannel(EtcdEndpoint endpoint, HttpConnection line)
    {
        Line = line;
        _handler = new(line);
        _channel = GrpcChannel.ForAddress(endpoint.Address, new GrpcChannelOptions
        {
            HttpHandler = _handler,
            MaxReceiveMessageSize = MaxMessage,
            // The limit holds before decompression: 256 KiB would become hundreds of megabytes.
            CompressionProviders = [],
            DisableResolverServiceConfig = true,
        });
        // The other constructors retry five times, which hides failures.
        Etcd = new(_channel.CreateCallInvoker());
    }

    public HttpConnection Line { get; }

    public dotnet_etcd.EtcdClient Etcd { get; }

    public void Dispose()
    {
        Etcd.Dispose();
        _channel.Dispose();
        _handler.Dispose();
    }
}
