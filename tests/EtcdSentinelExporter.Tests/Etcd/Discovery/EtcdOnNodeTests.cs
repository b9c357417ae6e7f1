using EtcdSentinelExporter.Etcd.Discovery;
using EtcdSentinelExporter.Tests.Support;
using Xunit;

namespace EtcdSentinelExporter.Tests.Etcd.Discovery;

public sealed class EtcdOnNodeTests
{
    private readonly FakeClock _clock = new();

    // The disk with the manifest may be the one that is dying, and etcd must be polled all the same.
    [Fact]
    public async Task A_disk_that_hangs_is_a_problem_and_no_exception()
    {
        var etcd = new EtcdOnNode(
            _ => new TaskCompletionSource<EtcdDiscovered>().Task, TimeSpan.FromSeconds(1), _clock);

        var asked = etcd.GetAsync(CancellationToken.None);
        await _clock.TimerAsync(_clock.GetUtcNow().AddSeconds(2));
        _clock.Advance(TimeSpan.FromSeconds(2));

        Assert.Equal("timeout", (await asked).Problem?.Reason);
    }

    [Fact]
    public async Task A_disk_that_is_slow_is_a_problem_and_no_exception()
    {
        var etcd = new EtcdOnNode(
            async token =>
            {
                await Task.Delay(Timeout.InfiniteTimeSpan, _clock, token);
                throw new InvalidOperationException();
            },
            TimeSpan.FromSeconds(1), _clock);

        var asked = etcd.GetAsync(CancellationToken.None);
        await _clock.TimerAsync(_clock.GetUtcNow().AddSeconds(1));
        _clock.Advance(TimeSpan.FromSeconds(1));

        Assert.Equal("timeout", (await asked).Problem?.Reason);
    }

    [Fact]
    public async Task A_caller_that_gives_up_gets_its_cancellation()
    {
        var etcd = new EtcdOnNode(
            _ => new TaskCompletionSource<EtcdDiscovered>().Task, TimeSpan.FromSeconds(1), _clock);
        using var gone = new CancellationTokenSource();

        var asked = etcd.GetAsync(gone.Token);
        await gone.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => asked);
    }
}
