namespace EtcdSentinelExporter.Etcd.Client;

/// <summary>How long the transport waits. The time a call may take is told with the call.</summary>
/// <param name="Connect">For the connection and the TLS handshake together.</param>
/// <param name="PingDelay">Silence, with a call under way, after which the server is asked for a sign of life.
/// etcd hangs up on who asks more often than every 5 s.</param>
/// <param name="PingTimeout">Silence after that, which kills the connection.</param>
internal sealed record EtcdTimeouts(TimeSpan Connect, TimeSpan PingDelay, TimeSpan PingTimeout)
{
    public static EtcdTimeouts Default { get; } =
        new(Connect: TimeSpan.FromSeconds(3), PingDelay: TimeSpan.FromSeconds(10),
            PingTimeout: TimeSpan.FromSeconds(5));
}
