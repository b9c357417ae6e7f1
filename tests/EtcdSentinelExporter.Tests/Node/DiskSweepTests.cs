using System.Collections.Immutable;
using EtcdSentinelExporter.Node;
using Xunit;

namespace EtcdSentinelExporter.Tests.Node;

public sealed class DiskSweepTests : IDisposable
{
    private readonly ManualResetEventSlim _disk = new();
    private int _stuck;

    [Fact]
    public async Task Every_path_has_its_answer_in_order() => Assert.Equal(
        ["/a!", "/b!", "/c!"], await RunAsync(new(TimeSpan.FromMinutes(1), TimeProvider.System), ["/a", "/b", "/c"]));

    [Fact]
    public async Task A_path_that_hangs_costs_only_itself_and_is_not_tried_again_before_it_is_back()
    {
        var sweep = new DiskSweep(TimeSpan.FromMilliseconds(200), TimeProvider.System);

        Assert.Equal(["/a!", "/hangs?", "/c!"], await RunAsync(sweep, ["/a", "/hangs", "/c"]));
        Assert.Equal(["/hangs?", "/d!"], await RunAsync(sweep, ["/hangs", "/d"]));
        Assert.Equal(1, _stuck);

        _disk.Set();
        var back = false;
        for (var tries = 0; !back && tries < 10_000; tries++)
        {
            back = (await RunAsync(sweep, ["/hangs"])) is ["/hangs!"];
            await Task.Yield();
        }
        Assert.True(back);
    }

    [Fact]
    public async Task A_dead_disk_costs_at_most_four_threads()
    {
        ImmutableArray<string> paths = [.. Enumerable.Range(0, 100).Select(n => $"/hangs/{n}")];

        var answers = await RunAsync(new(TimeSpan.FromMilliseconds(50), TimeProvider.System), paths);

        Assert.Equal(paths.Select(path => path + "?"), answers);
        Assert.Equal(4, _stuck);
    }

    [Fact]
    public async Task A_sweep_that_is_called_off_answers_for_every_path_at_once()
    {
        using var stop = new CancellationTokenSource();
        var running = new DiskSweep(TimeSpan.FromHours(1), TimeProvider.System).RunAsync(
            ["/a", "/hangs", "/b"], path => Look(path, stop), path => path + "?", stop.Token);

        Assert.Equal(["/a!", "/hangs?", "/b?"], (await running.WaitAsync(TimeSpan.FromSeconds(30))).ToArray());
    }

    [Fact]
    public async Task What_no_look_should_throw_is_not_swallowed() => await Assert.ThrowsAsync<InvalidOperationException>(
        () => new DiskSweep(TimeSpan.FromMinutes(1), TimeProvider.System).RunAsync<string>(
            ["/a"], _ => throw new InvalidOperationException(), path => path, CancellationToken.None));

    public void Dispose()
    {
        _disk.Set();
        _disk.Dispose();
    }

    private async Task<string[]> RunAsync(DiskSweep sweep, ImmutableArray<string> paths) =>
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
