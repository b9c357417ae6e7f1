using System.Collections.Immutable;
using EtcdSentinelExporter.Disks.Block;
using EtcdSentinelExporter.Disks.Drives;
using EtcdSentinelExporter.Disks.Smart;
using EtcdSentinelExporter.Tests.Support;
using Microsoft.Extensions.Logging.Abstractions;
using Xunit;

namespace EtcdSentinelExporter.Tests.Disks.Drives;

/// <summary>When each of many drives has its turn.</summary>
public sealed class DrivesTurnsTests
{
    private static readonly TimeSpan Tick = TimeSpan.FromSeconds(10);

    private readonly FakeClock _clock = new(SomeDrives.Noon);

    [Fact]
    public async Task Sixty_drives_of_half_a_second_keep_a_period_of_one_minute()
    {
        var smartctl = new FakeSmartctl(_ =>
        {
            _clock.Advance(TimeSpan.FromSeconds(0.5));
            return SomeDrives.Answer(SomeDrives.Report("""{"smart_status":{"passed":true}}"""));
        });
        var drives = Drives(60, _ => "0000:00:17.0");
        DrivesReading? last = null;

        for (var end = SomeDrives.Noon.AddMinutes(21); _clock.GetUtcNow() < end;)
        {
            var start = _clock.GetUtcNow();
            last = await Probe(smartctl, drives).ReadAsync(last, CancellationToken.None);
            // The next turn on the grid.
            _clock.Advance(Tick - TimeSpan.FromTicks((_clock.GetUtcNow() - SomeDrives.Noon).Ticks % Tick.Ticks));
            Assert.True(_clock.GetUtcNow() > start);
        }

        Assert.All(last!.All, drive => Assert.InRange(drive.Reads[ReadState.Ok], 20, 21));
    }

    // docs/performance.md has these numbers.
    [Fact]
    public async Task In_an_hour_a_drive_is_read_exactly_so_often()
    {
        var smartctl = new FakeSmartctl(_ => SomeDrives.Answer(SomeDrives.Report("""{"smart_status":{"passed":true}}""")));
        var drives = Drives(1, _ => "0000:00:17.0");
        DrivesReading? last = null;

        for (var tick = 0; tick < 2 * 360; tick++, _clock.Advance(Tick))
        {
            // The first hour begins with the delay that spreads the nodes.
            if (tick == 360)
                smartctl.Asked.Clear();
            last = await Probe(smartctl, drives, TimeSpan.FromMinutes(5)).ReadAsync(last, CancellationToken.None);
        }

        Assert.Equal(12, smartctl.Asked.Count);
        Assert.Equal(1, smartctl.Asked.Count(asked => asked.Question.WithLogs));
    }

    [Theory]
    [InlineData(1, 1)]
    [InlineData(2, 2)]
    [InlineData(5, 2)]
    public async Task Drives_of_two_controllers_are_read_at_the_same_time(int controllers, int atMost)
    {
        var smartctl = new MeetingSmartctl(atMost);
        var drives = Drives(10, i => $"0000:0{i % controllers}:00.0");
        var first = await Probe(smartctl, drives).ReadAsync(null, CancellationToken.None);
        _clock.Advance(TimeSpan.FromMinutes(2));

        var reading = await Probe(smartctl, drives).ReadAsync(first, CancellationToken.None);

        Assert.All(reading.All, drive => Assert.Equal(ReadState.Unsupported, drive.State));
        Assert.Equal((atMost, 1), (smartctl.Most, smartctl.MostOfOneController));
    }

    private static ImmutableArray<Drive> Drives(int count, Func<int, string> controller) =>
        [.. Enumerable.Range(0, count).Select(i => SomeDrives.Drive($"sd{i:00}", serial: $"K-{i}") is var drive
            ? drive with { Disk = drive.Disk! with { Controller = controller(i) } } : drive)];

    private DrivesProbe Probe(ISmartctl smartctl, ImmutableArray<Drive> drives, TimeSpan? every = null)
    {
        var schedule = new DriveSchedule(every ?? TimeSpan.FromMinutes(1), "cp-1");
        return new(
            new(_ => Task.FromResult(drives)), _ => Task.FromResult(SomeDrives.Roles()),
            _ => Task.FromResult(new DiskLoads(ImmutableDictionary<string, DiskLoad>.Empty)), () => null,
            new(smartctl, schedule, _clock), schedule, new(NullLogger.Instance), _clock);
    }

    /// <summary>Answers when as many drives are read at the same time as expected.</summary>
    private sealed class MeetingSmartctl(int expected) : ISmartctl
    {
        private readonly TaskCompletionSource _met = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private readonly List<string> _now = [];

        public int Most { get; private set; }

        public int MostOfOneController { get; private set; }

        public async Task<SmartAnswer> AskAsync(
            Drive drive, SmartQuestion question, CancellationToken cancellationToken)
        {
            lock (_now)
            {
                _now.Add(drive.Controller);
                Most = Math.Max(Most, _now.Count);
                MostOfOneController = Math.Max(
                    MostOfOneController, _now.Count(controller => controller == drive.Controller));
                if (_now.Count == expected)
                    _met.TrySetResult();
            }
            await _met.Task;
            lock (_now)
                _now.Remove(drive.Controller);
            return new(ReadState.Unsupported, "");
        }
    }
}
