namespace EtcdSentinelExporter.Etcd.Client;

/// <summary>Timeouts of the transport. Each call has its own deadline in addition.</summary>
/// <param name="Connect">Timeout of the connection and the TLS handshake together.</param>
/// <param name="PingDelay">Silence during a call after which an HTTP/2 ping is sent. etcd closes connections of
/// clients that ping more often than every 5 s.</param>
/// <param name="PingTimeout">Time without a ping response after which the connection is closed.</param>
internal sealed record EtcdTimeouts(TimeSpan Connect, TimeSpan PingDelay, TimeSpan PingTimeout)
{
    public static EtcdTimeouts Default { get; } =
        new(Connect: TimeSpan.FromSeconds(3), PingDelay: TimeSpan.FromSeconds(10),
            PingTimeout: TimeSpan.FromSeconds(5));

    /// <summary>The same for HTTP/1.1, which has no pings.</summary>
    /// <remarks>With a delay, .NET would look each second if one is due.</remarks>
    public EtcdTimeouts WithoutPings => this with { PingDelay = Timeout.InfiniteTimeSpan };
}
