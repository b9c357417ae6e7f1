using System.Collections.Immutable;
using EtcdSentinelExporter.Host;
using EtcdSentinelExporter.Tests.Support;
using Xunit;

namespace EtcdSentinelExporter.Tests.Host;

public sealed class FileSweeperTests : IDisposable
{
    private readonly ManualResetEventSlim _disk = new();
    private int _stuck;

    [Fact]
    public async Task Every_path_has_its_answer_in_order() => Assert.Equal(
        ["/a!", "/b!", "/c!"], await RunAsync(new(Patience.Limit, TimeProvider.System), ["/a", "/b", "/c"]));

    [Fact]
    public async Task A_path_that_hangs_costs_only_itself_and_is_not_tried_again_before_it_is_back()
    {
        var clock = new FakeClock();
        var sweep = new FileSweeper(TimeSpan.FromSeconds(1), clock);

        var running = RunAsync(sweep, ["/hangs", "/b", "/c"]);
        await clock.TimerAsync(clock.GetUtcNow() + TimeSpan.FromSeconds(1));
        await Eventually.IsAsync(() => Volatile.Read(ref _stuck) == 1, "the disk is asked");
        clock.Advance(TimeSpan.FromSeconds(1));

        Assert.Equal(["/hangs?", "/b!", "/c!"], await running);
        Assert.Equal(["/hangs?", "/d!"], await RunAsync(sweep, ["/hangs", "/d"]));
        Assert.Equal(1, _stuck);

        _disk.Set();
        await Eventually.IsAsync(
            async () => await RunAsync(sweep, ["/hangs"]) is ["/hangs!"], "the disk is back, and its file is read");
    }

    [Fact]
    public async Task A_dead_disk_costs_at_most_four_threads()
    {
        ImmutableArray<string> paths = [.. Enumerable.Range(0, 100).Select(n => $"/hangs/{n}")];

        var clock = new FakeClock();

        var running = RunAsync(new(TimeSpan.FromSeconds(1), clock), paths);
        for (var lost = 1; lost <= 4; lost++)
        {
            await clock.TimerAsync(clock.GetUtcNow() + TimeSpan.FromSeconds(1));
            await Eventually.IsAsync(() => Volatile.Read(ref _stuck) == lost, $"{lost} threads wait");
            clock.Advance(TimeSpan.FromSeconds(1));
        }

        Assert.Equal(paths.Select(path => path + "?"), await Eventually.EndsAsync(running));
        Assert.Equal(4, _stuck);
    }

    [Fact]
    public async Task A_sweep_that_is_called_off_answers_for_every_path_at_once()
    {
        using var stop = new CancellationTokenSource();
        var running = new FileSweeper(TimeSpan.FromHours(1), TimeProvider.System).RunAsync(
            ["/a", "/hangs", "/b"], path => Look(path, stop), path => path + "?", stop.Token);

        Assert.Equal(["/a!", "/hangs?", "/b?"], (await Eventually.EndsAsync(running)).ToArray());
    }

    [Fact]
    public async Task What_no_look_should_throw_is_not_swallowed() =>
        await Assert.ThrowsAsync<InvalidOperationException>(
            () => new FileSweeper(Patience.Limit, TimeProvider.System).RunAsync<string>(
                ["/a"], _ => throw new InvalidOperationException(), path => path, CancellationToken.None));

    public void Dispose()
    {
        _disk.Set();
        _disk.Dispose();
    }

    private async Task<string[]> RunAsync(FileSweeper sweep, ImmutableArray<string> paths) =>
        [.. await sweep.RunAsync(paths, path => Look(path), path => path + "?", CancellationToken.None)];

    private string Look(string path, CancellationTokenSource? stop = null)
    {
        if (path.StartsWith("/hangs", StringComparison.Ordinal))
        {
            Interlocked.Increment(ref _stuck);
            stop?.Cancel();
            _disk.Wait();
        }
        return path + "!";
    }
}
