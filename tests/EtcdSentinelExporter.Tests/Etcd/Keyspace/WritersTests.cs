using System.Buffers;
using EtcdSentinelExporter.Cli;
using EtcdSentinelExporter.Etcd.Client;
using EtcdSentinelExporter.Etcd.Keyspace;
using EtcdSentinelExporter.Tests.Support;
using Etcdserverpb;
using Google.Protobuf;
using Mvccpb;
using Xunit;

namespace EtcdSentinelExporter.Tests.Etcd.Keyspace;

public sealed class WritersTests
{
    private readonly FakeClock _clock = new();

    [Fact]
    public void The_first_line_names_the_resource_the_namespace_and_the_object()
    {
        var report = Report();
        report.Add(Batch([.. Enumerable.Repeat("/registry/pods/shop/cart-7c9", 47), "/registry/leases/x/a",
            "/registry/leases/x/b", "compact_rev_key"]));
        _clock.Advance(TimeSpan.FromSeconds(10));

        var lines = report.Text().Split('\n');

        Assert.Equal("pods of namespace shop: 94 % of all writes, 4.7/s; top: shop/cart-7c9", lines[0]);
        Assert.StartsWith("50 puts and 0 deletes in 10 s (5/s), ", lines[1], StringComparison.Ordinal);
        Assert.Contains(lines, line => line.EndsWith("coordination.k8s.io/leases of x", StringComparison.Ordinal));
        Assert.Contains(lines, line => line.EndsWith("other compact_rev_key", StringComparison.Ordinal));
        Assert.Equal("10 s: 50 writes, 5/s: pods 94 %, coordination.k8s.io/leases 4 %, other 2 %", report.Line());
    }

    [Fact]
    public void Without_writes_it_says_so() =>
        Assert.StartsWith("Nothing was written.\n", Report().Text(), StringComparison.Ordinal);

    [Fact]
    public void Hostile_keys_are_shown_safely_and_their_number_is_bounded()
    {
        var report = Report();
        report.Add(Batch(["/registry/pods/a\u001b[31m/b\u202e", $"/registry/pods/x/{new string('y', 1 << 20)}", "\n"]));
        for (var number = 0; number < WriteTally.MaxObjects; number += 1000)
            report.Add(Batch([.. Enumerable.Range(number, 1000).Select(n => $"/registry/pods/space{n}/name")]));

        var text = report.Text();

        Assert.DoesNotContain('\u001b', text);
        Assert.DoesNotContain('\u202e', text);
        Assert.InRange(text.Length, 1, 10_000);
    }

    [Fact]
    public async Task A_watch_ends_when_its_time_is_over()
    {
        var counted = new TaskCompletionSource<WatchBatch>();
        var running = new WriteWatch(
            async (take, token) =>
            {
                take(Batch(["/a/b"]));
                await Task.Delay(Timeout.InfiniteTimeSpan, _clock, token);
            },
            _clock).RunAsync(TimeSpan.FromSeconds(30), counted.SetResult, CancellationToken.None);
        Assert.Single((await counted.Task).Events);

        _clock.Advance(TimeSpan.FromSeconds(31));

        Assert.Equal(WriteWatchEnd.Done, await running);
    }

    [Fact]
    public async Task A_batch_that_waits_too_long_cancels_the_watch()
    {
        using var go = new SemaphoreSlim(0);
        var isCancelled = false;
        var running = new WriteWatch(
            async (take, token) =>
            {
                take(Batch(["/a/b"]));
                take(Batch(["/a/c"]));
                _clock.Advance(WriteWatch.MaxLag + TimeSpan.FromMilliseconds(1));
                go.Release();
                await Task.Delay(Timeout.InfiniteTimeSpan, _clock, token).ContinueWith(
                    task => isCancelled = task.IsCanceled, TaskScheduler.Default);
                token.ThrowIfCancellationRequested();
            },
            _clock).RunAsync(TimeSpan.FromMinutes(5), _ => go.Wait(), CancellationToken.None);

        Assert.Equal(WriteWatchEnd.TooSlow, await running);
        Assert.True(isCancelled);
    }

    [Fact]
    public async Task More_than_16_MiB_that_wait_cancel_the_watch()
    {
        using var go = new SemaphoreSlim(0);
        var key = new string('x', 1 << 20);
        var watch = new WriteWatch(
            async (take, token) =>
            {
                for (var number = 0; number < 20; number++)
                    take(Batch([key]));
                go.Release(20);
                await Task.Delay(Timeout.InfiniteTimeSpan, _clock, token);
            },
            _clock);

        var end = await watch.RunAsync(TimeSpan.FromMinutes(5), _ => go.Wait(), CancellationToken.None);

        Assert.Equal(WriteWatchEnd.TooSlow, end);
        Assert.InRange(watch.Peak, WriteWatch.MaxQueued, WriteWatch.MaxQueued + (5 << 20));
    }

    [Fact]
    public async Task A_watch_that_etcd_refuses_is_an_error()
    {
        var watch = new WriteWatch(
            (_, _) => Task.FromException(new EtcdException(EtcdReason.Auth, "permission denied")), _clock);

        await Assert.ThrowsAsync<EtcdException>(
            () => watch.RunAsync(TimeSpan.FromSeconds(1), _ => { }, CancellationToken.None));
    }

    private WritersReport Report() => new(KeyspaceQuestions.Names("/registry/"), "https://127.0.0.1:2379", _clock);

    private static WatchBatch Batch(string[] keys) => WatchBatch.Parse(new ReadOnlySequence<byte>(new WatchResponse
    {
        Events = { keys.Select(key => new Event { Kv = new KeyValue { Key = ByteString.CopyFromUtf8(key) } }) },
    }.ToByteArray()));
}
