using EtcdSentinelExporter.Etcd.Client;
using Etcdserverpb;

namespace EtcdSentinelExporter.Etcd.Maintenance;

/// <summary>Downloads a snapshot of one member: its database file, and the SHA-256 of it as the last 32
/// bytes.</summary>
internal static class SnapshotDownload
{
    /// <param name="target">Gets the bytes in order. What it has after an exception is no snapshot.</param>
    /// <param name="maxBytes">A longer snapshot is an error.</param>
    /// <param name="deadline">Time limit for all of it.</param>
    /// <returns>The number of bytes.</returns>
    /// <exception cref="EtcdException">The stream failed, ended early, or is too long.</exception>
    /// <exception cref="IOException">The target cannot be written.</exception>
    public static Task<long> SaveAsync(
        EtcdClient etcd, Stream target, long maxBytes, TimeSpan deadline, CancellationToken cancellationToken) =>
        etcd.CallAsync<long>(
            new(deadline, async (client, headers, lifetime) =>
            {
                using var either = CancellationTokenSource.CreateLinkedTokenSource(lifetime, cancellationToken);
                var parts = new Parts(target, maxBytes);
                await client.Snapshot(
                    new SnapshotRequest(), parts.Add, either.Token, headers, deadline: null);
                return parts.Total();
            }),
            cancellationToken);

    private sealed class Parts(Stream target, long maxBytes)
    {
        private long _written;
        private ulong _remaining = 1;

        public void Add(SnapshotResponse part)
        {
            _written += part.Blob.Length;
            if (_written > maxBytes)
            {
                throw new EtcdException(
                    EtcdReason.TooLarge, $"The snapshot is larger than the database: more than {maxBytes} bytes.");
            }
            target.Write(part.Blob.Span);
            _remaining = part.RemainingBytes;
        }

        // etcd's last part says that nothing remains; the hash behind the file comes with one more.
        public long Total() => _remaining == 0
            ? _written
            : throw new EtcdException(
                EtcdReason.Protocol, $"The snapshot ended early: {_remaining} bytes are missing.");
    }
}
