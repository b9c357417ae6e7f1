namespace EtcdSentinelExporter.Disks.Block;

/// <summary>Limits in seconds for the mean duration of a flush of etcd's disk.</summary>
/// <remarks>etcd answers a write only after its log is flushed: <see
/// href="https://etcd.io/docs/v3.5/faq/#what-does-the-etcd-warning-failed-to-send-out-heartbeat-on-time-mean">etcd's
/// FAQ</see> asks for less than 10 ms in 99 of 100 cases.</remarks>
internal static class FlushLimits
{
    public const double SlowSeconds = 0.010;
}
