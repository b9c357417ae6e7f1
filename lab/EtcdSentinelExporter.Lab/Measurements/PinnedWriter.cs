using System.Collections.Immutable;
using System.Diagnostics;
using EtcdSentinelExporter.Etcd.Client;
using Etcdserverpb;
using Google.Protobuf;

namespace EtcdSentinelExporter.Lab.Measurements;

/// <summary>Writes to one member at a steady rate, as a client that is pinned to it.</summary>
/// <remarks>A write counts from the moment at which it was due, not from the one at which it was sent: those that wait
/// behind a member that answers nothing are late, too.</remarks>
internal sealed class PinnedWriter : IAsyncDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(10);

    private readonly CancellationTokenSource _stopping = new();
    private readonly List<double> _seconds = [];
    private readonly Task _writing;
    private int _failures;

    public PinnedWriter(string name, EtcdClient etcd, int perSecond) =>
        _writing = Task.Run(() => WriteAsync(name, etcd, perSecond));

    /// <summary>Stops, and returns how late each write was, in seconds, in ascending order, and how many
    /// failed.</summary>
    public async Task<(ImmutableArray<double> Seconds, int Failures)> StopAsync()
    {
        await _stopping.CancelAsync();
        await _writing;
        return ([.. _seconds.Order()], _failures);
    }

    public async ValueTask DisposeAsync()
    {
        await StopAsync();
        _stopping.Dispose();
    }

    private async Task WriteAsync(string name, EtcdClient etcd, int perSecond)
    {
        var key = ByteString.CopyFromUtf8($"/registry/leases/kube-node-lease/{name}");
        var value = ByteString.CopyFrom(new byte[256]);
        var watch = Stopwatch.StartNew();
        for (long write = 0; !_stopping.IsCancellationRequested; write++)
        {
            var due = TimeSpan.FromSeconds((double)write / perSecond);
            if (due - watch.Elapsed is { Ticks: > 0 } early)
                await Task.Delay(early, TimeProvider.System, CancellationToken.None);
            try
            {
                await etcd.CallAsync<PutResponse>(
                    new(Patience, (client, headers, lifetime) => client.PutAsync(
                        new PutRequest { Key = key, Value = value }, headers, cancellationToken: lifetime)),
                    CancellationToken.None);
            }
            catch (EtcdException)
            {
                _failures++;
            }
            _seconds.Add((watch.Elapsed - due).TotalSeconds);
        }
    }
}
