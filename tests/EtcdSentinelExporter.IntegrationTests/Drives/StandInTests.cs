using EtcdSentinelExporter.Disks.Block;
using EtcdSentinelExporter.Disks.Smart;
using EtcdSentinelExporter.Host;
using EtcdSentinelExporter.Tests.Support;
using Xunit;

namespace EtcdSentinelExporter.IntegrationTests.Drives;

/// <summary>smartctl is replaced by programs that do all that a smartctl on a dying disk does, and worse.</summary>
public sealed class StandInTests
{
    // For what never ends by itself.
    private static readonly TimeSpan Soon = TimeSpan.FromSeconds(1);

    // A grandchild may hold the output open.
    private static readonly ProcessTimeouts Generous = new(Exit: Patience.Limit, Output: TimeSpan.FromSeconds(10));

    private static readonly Drive Sda = new(
        "sda", "K-1", "/dev/sda", Type: null, new BlockDevice("sda", "K-1", "", IsRotational: false, Requests: 1));

    [Theory]
    [InlineData("cat \"$RECORDING\"", ReadState.Ok)]
    [InlineData("cat \"$RECORDING\"; exit 4", ReadState.Ok)]
    [InlineData("sed 's/\"exit_status\": *0/\"exit_status\":4/' \"$RECORDING\"; exit 4", ReadState.Partial)]
    [InlineData("cat \"$RECORDING\"; echo noise >&2", ReadState.Ok)]
    [InlineData("echo 'Pending defect count:'; cat \"$RECORDING\"", ReadState.Ok)]
    [InlineData("head -c 1000 \"$RECORDING\"", ReadState.Parse)]
    [InlineData("exit 2", ReadState.Open)]
    [InlineData("exit 1", ReadState.Command)]
    [InlineData("echo 'something is wrong' >&2; exit 2", ReadState.Open)]
    [InlineData("exit 0", ReadState.Parse)]
    [InlineData("kill -SEGV $$", ReadState.Command)]
    [InlineData("sleep 1000", ReadState.Timeout)]
    [InlineData("trap '' TERM INT HUP; while :; do sleep 1; done", ReadState.Timeout)]
    [InlineData("cat \"$RECORDING\"; sleep 1000", ReadState.Timeout)]
    [InlineData("head -c 1000000000 /dev/zero", ReadState.Parse)]
    [InlineData("head -c 1000000000 /dev/zero >&2", ReadState.Parse)]
    [InlineData("cat \"$RECORDING\"; (echo $$ >>\"$PIDS\"; sleep 1000) & exit 0", ReadState.Ok)]
    [InlineData("cat \"$RECORDING\"; setsid sh -c 'echo $$ >>'\"$PIDS\"'; exec sleep 1000' & sleep 0.3; exit 0",
        ReadState.Ok)]
    [InlineData("read line; cat \"$RECORDING\"", ReadState.Ok)]
    public async Task Whatever_it_does_there_is_an_answer(string script, string state)
    {
        using var standIn = new StandIn(script);

        var answer = await Ask(standIn.Path, state is ReadState.Timeout ? Soon : Patience.Limit)
            .WaitAsync(2 * Patience.Limit, TimeProvider.System);

        Assert.Equal((state, state is ReadState.Ok or ReadState.Partial), (answer.State, answer.Report is not null));
    }

    [Theory]
    [InlineData("trap '' TERM; sleep 1000 & echo $! >>\"$PIDS\"; wait")]
    [InlineData("cat \"$RECORDING\"; sleep 1000 & echo $! >>\"$PIDS\"; exit 0")]
    public async Task Its_children_die_with_it(string script)
    {
        using var standIn = new StandIn(script);
        var clock = new FakeClock();
        var asking = Ask(Smart(standIn.Path, Soon, clock));
        await Wait.UntilAsync(() => Task.FromResult(standIn.Runs == 2), "its child runs");

        await Wait.UntilAsync(
            () =>
            {
                clock.Advance(Soon);
                return Task.FromResult(asking.IsCompleted);
            },
            "there is an answer");

        await Wait.UntilAsync(() => Task.FromResult(!standIn.AnyRuns()), "nothing of it is left");
    }

    [Fact]
    public async Task What_it_says_on_stderr_is_passed_on_when_it_says_nothing_else()
    {
        using var standIn = new StandIn("echo 'no such database' >&2; exit 2");

        Assert.Contains("no such database", (await Ask(standIn.Path)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_key_that_is_no_text_is_a_report_that_cannot_be_read()
    {
        using var standIn = new StandIn("""printf '%s' '{"\ud800":0,"smartctl":{"exit_status":0}}'""");

        var answer = await Ask(standIn.Path);

        Assert.Equal((ReadState.Parse, true), (answer.State, answer.Report is null));
        Assert.Contains("the key at byte 1 is not valid Unicode", answer.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task One_that_is_missing_is_named_together_with_the_setting()
    {
        var answer = await Ask("/nonexistent/smartctl");

        Assert.Equal(
            (ReadState.Command, "/nonexistent/smartctl does not exist; correct drives.smartctl-path."),
            (answer.State, answer.Message));
    }

    [Fact]
    public async Task One_that_is_not_executable_is_named_together_with_the_setting()
    {
        using var standIn = new StandIn("exit 0");
        if (OperatingSystem.IsLinux())
            File.SetUnixFileMode(standIn.Path, UnixFileMode.UserRead);

        var answer = await Ask(standIn.Path);

        Assert.Equal(
            (ReadState.Command, $"{standIn.Path} is not executable; correct it or drives.smartctl-path."),
            (answer.State, answer.Message));
    }

    [Fact]
    public async Task One_that_no_interpreter_runs_is_a_command_that_fails()
    {
        using var standIn = new StandIn("exit 0");
        await File.WriteAllTextAsync(standIn.Path, "#!/nonexistent\n");

        Assert.Equal(ReadState.Command, (await Ask(standIn.Path)).State);
    }

    [Fact]
    public async Task One_that_cannot_be_killed_is_left_alone_until_it_is_gone()
    {
        using var standIn = new StandIn("sleep 1000");
        var clock = TimeProvider.System;
        var runner = new ProcessRunner(clock, Generous with { Exit = Soon }, kill: _ => { });
        var smartctl = new Smartctl(() => (standIn.Path, ""), Soon, runner, clock);

        var first = await Ask(smartctl);
        var second = await Ask(smartctl);
        var other = await smartctl.AskAsync(Sda with { Device = "sdb" }, Question, CancellationToken.None);

        Assert.Equal((ReadState.Hung, true), (first.State, first.IsAttempt));
        Assert.Equal((ReadState.Hung, false), (second.State, second.IsAttempt));
        Assert.True(other.IsAttempt);
        // Each may be given up before the script has begun.
        await Wait.UntilAsync(() => Task.FromResult(standIn.Runs == 2), "both have run");
    }

    [Fact]
    public async Task Stopping_the_program_does_not_wait_for_it()
    {
        using var standIn = new StandIn("sleep 1000");
        using var stopping = new CancellationTokenSource();
        var asking = Smart(standIn.Path, Patience.Limit).AskAsync(Sda, Question, stopping.Token);
        await Wait.UntilAsync(() => Task.FromResult(standIn.AnyRuns()), "it runs");

        await stopping.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => asking);
        await Wait.UntilAsync(() => Task.FromResult(!standIn.AnyRuns()), "it is killed");
    }

    [Theory]
    [InlineData("--nocheck=never", false, false)]
    [InlineData("--nocheck=standby,3", true, false)]
    [InlineData("--log=error --log=selftest --log=devstat", false, true)]
    public async Task It_is_told_no_more_than_is_needed(string words, bool letsSleep, bool withLogs)
    {
        using var standIn = new StandIn("echo \"$@\" >&2; exit 2");

        var answer = await Smart(standIn.Path, Patience.Limit)
            .AskAsync(Sda, new(withLogs, letsSleep, WasBusy: null), CancellationToken.None);

        Assert.Contains(words, answer.Message, StringComparison.Ordinal);
        Assert.Equal(withLogs, answer.Message.Contains("--log", StringComparison.Ordinal));
        Assert.EndsWith("/dev/sda", answer.Message, StringComparison.Ordinal);
    }

    private static SmartQuestion Question { get; } = new(WithLogs: false, SkipsStandby: false, WasBusy: null);

    private static Smartctl Smart(string path, TimeSpan limit, TimeProvider? clock = null)
    {
        clock ??= TimeProvider.System;
        return new(() => SmartctlProgram.Find(path, ""), limit, new ProcessRunner(clock, Generous), clock);
    }

    private static Task<SmartAnswer> Ask(string path, TimeSpan? limit = null) =>
        Ask(Smart(path, limit ?? Patience.Limit));

    private static Task<SmartAnswer> Ask(Smartctl smartctl) => smartctl.AskAsync(Sda, Question, CancellationToken.None);
}
