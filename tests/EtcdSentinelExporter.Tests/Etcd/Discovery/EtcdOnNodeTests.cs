using EtcdSentinelExporter.Etcd.Discovery;
using EtcdSentinelExporter.Tests.Etcd.Members;
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

    [Theory]
    [InlineData("manifest", "", "main!")]
    [InlineData("etcd-events.service", "", "events!")]
    [InlineData("etcd-events.service", "main", "main,events!")]
    [InlineData("k3s", "", "")]
    [InlineData(null, "events", "main!,events")]
    public async Task While_a_file_cannot_be_read_what_it_told_of_counts_as_before_and_nothing_else(
        string? origin, string found, string expected)
    {
        ArgumentNullException.ThrowIfNull(found);
        ArgumentNullException.ThrowIfNull(expected);
        var now = Discovered("main,events", []);
        var etcd = new EtcdOnNode(_ => Task.FromResult(now), TimeSpan.FromSeconds(1), _clock);
        await etcd.GetAsync(CancellationToken.None);

        now = Discovered(found, [new("/x", EtcdConfigProblem.Malformed, "torn") { Origin = origin }]);
        for (var poll = 0; poll < 3; poll++)
        {
            _clock.Advance(TimeSpan.FromSeconds(15));
            Assert.Equal(expected, Names(await etcd.GetAsync(CancellationToken.None)));
        }

        now = Discovered("", []);
        _clock.Advance(TimeSpan.FromSeconds(15));
        Assert.Equal("", Names(await etcd.GetAsync(CancellationToken.None)));
    }

    [Fact]
    public async Task A_disk_that_hangs_hides_nothing_that_was_known()
    {
        var now = Task.FromResult(Discovered("main", []) with { ExpectedBy = ["unit"] });
        var etcd = new EtcdOnNode(_ => now, TimeSpan.FromSeconds(1), _clock);
        await etcd.GetAsync(CancellationToken.None);

        now = new TaskCompletionSource<EtcdDiscovered>().Task;
        _clock.Advance(TimeSpan.FromSeconds(15));
        var asked = etcd.GetAsync(CancellationToken.None);
        await _clock.TimerAsync(_clock.GetUtcNow().AddSeconds(2));
        _clock.Advance(TimeSpan.FromSeconds(2));

        var hung = await asked;
        Assert.Equal(("main!", "timeout"), (Names(hung), hung.Problem?.Reason));
        Assert.Equal(["unit"], hung.ExpectedBy);
    }

    private static string Names(EtcdDiscovered discovered) => string.Join(
        ',', discovered.Installations.Select(found => found.Name + (found.IsRemembered ? "!" : "")));

    private static EtcdDiscovered Discovered(string names, EtcdConfigProblem[] problems) =>
        new([.. names.Split(',', StringSplitOptions.RemoveEmptyEntries).Select(Installation)], [], [.. problems]);

    private static EtcdInstallation Installation(string name) => SomeMembers.Installation with
    {
        Name = name,
        Source = $"/{name}",
        Origin = name == "main" ? EtcdEvidence.Manifest : "etcd-events.service",
        ClientUrl = name == "main" ? "https://127.0.0.1:2379" : "https://127.0.0.1:2381",
    };
}
