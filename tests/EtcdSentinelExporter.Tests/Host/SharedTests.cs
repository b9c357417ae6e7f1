using EtcdSentinelExporter.Host;
using EtcdSentinelExporter.Tests.Support;
using Xunit;

namespace EtcdSentinelExporter.Tests.Host;

public class SharedTests
{
    private readonly FakeClock _clock = new();
    private int _reads;

    [Fact]
    public async Task All_who_ask_while_it_is_fresh_get_the_same_answer()
    {
        var shared = Share((_, _) => Task.FromResult($"{_reads}"));

        var first = await Task.WhenAll(Enumerable.Range(0, 20).Select(_ => shared.GetAsync(default)));
        _clock.Advance(TimeSpan.FromSeconds(9));
        var fresh = await shared.GetAsync(default);
        _clock.Advance(TimeSpan.FromSeconds(1));
        var next = await shared.GetAsync(default);

        Assert.All([.. first, fresh], answer => Assert.Equal("1", answer));
        Assert.Equal("2", next);
    }

    [Fact]
    public async Task A_read_gets_what_the_last_good_one_returned()
    {
        var shared = Share((previous, _) =>
            _reads == 2 ? throw new IOException("gone") : Task.FromResult(previous + "+"));

        Assert.Equal("+", await shared.GetAsync(default));
        _clock.Advance(TimeSpan.FromSeconds(10));
        await Assert.ThrowsAsync<IOException>(() => shared.GetAsync(default));
        _clock.Advance(TimeSpan.FromSeconds(10));
        Assert.Equal("++", await shared.GetAsync(default));
    }

    [Fact]
    public async Task A_failure_is_an_answer_as_long_as_it_is_fresh()
    {
        var shared = Share((_, _) => _reads == 1 ? throw new IOException("gone") : Task.FromResult("back"));

        await Assert.ThrowsAsync<IOException>(() => shared.GetAsync(default));
        await Assert.ThrowsAsync<IOException>(() => shared.GetAsync(default));
        Assert.Equal(1, _reads);
        _clock.Advance(TimeSpan.FromSeconds(10));

        Assert.Equal("back", await shared.GetAsync(default));
    }

    [Fact]
    public async Task Who_gives_up_leaves_the_read_to_the_others()
    {
        var source = new TaskCompletionSource<string>();
        var shared = Share((_, token) => source.Task.WaitAsync(token));
        using var impatient = new CancellationTokenSource();

        var mine = shared.GetAsync(impatient.Token);
        var theirs = shared.GetAsync(default);
        await impatient.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => mine);
        source.SetResult("answer");

        Assert.Equal("answer", await theirs);
        Assert.Equal(1, _reads);
    }

    [Fact]
    public async Task A_read_that_heeds_its_limit_ends_there()
    {
        var started = new TaskCompletionSource();
        var shared = Share((_, token) =>
        {
            started.SetResult();
            return Task.Delay(Timeout.InfiniteTimeSpan, _clock, token)
                .ContinueWith(_ => "what there was", TaskScheduler.Default);
        });

        var answer = shared.GetAsync(default);
        await started.Task;
        _clock.Advance(TimeSpan.FromSeconds(3));

        Assert.Equal("what there was", await answer);
    }

    [Fact]
    public async Task While_a_read_blocks_its_thread_callers_are_told_and_no_other_starts()
    {
        using var release = new ManualResetEventSlim();
        var shared = Share((_, _) =>
        {
            if (_reads == 1)
                release.Wait(CancellationToken.None);
            return Task.FromResult($"{_reads}");
        });

        var blocked = shared.GetAsync(default);
        _clock.Advance(TimeSpan.FromSeconds(60));

        await Assert.ThrowsAsync<TimeoutException>(() => blocked);
        await Assert.ThrowsAsync<TimeoutException>(() => shared.GetAsync(default));
        Assert.True(_reads <= 1);

        release.Set();
        Assert.Equal("2", await UntilAnsweredAsync(shared));
    }

    private static async Task<string> UntilAnsweredAsync(Shared<string> shared)
    {
        var answer = "";
        await Eventually.IsAsync(
            async () =>
            {
                try
                {
                    answer = await shared.GetAsync(default);
                    return true;
                }
                catch (TimeoutException)
                {
                    return false;
                }
            },
            "the read before has come back");
        return answer;
    }

    private Shared<string> Share(Func<string?, CancellationToken, Task<string>> read) => new(
        (previous, token) =>
        {
            Interlocked.Increment(ref _reads);
            return read(previous, token);
        },
        freshFor: TimeSpan.FromSeconds(10),
        within: TimeSpan.FromSeconds(3),
        _clock);
}
