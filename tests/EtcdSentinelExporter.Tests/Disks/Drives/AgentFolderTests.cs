using EtcdSentinelExporter.Disks.Drives;
using EtcdSentinelExporter.Disks.Smart;
using EtcdSentinelExporter.Host;
using EtcdSentinelExporter.Polling;
using EtcdSentinelExporter.Tests.Support;
using Microsoft.Extensions.Logging;
using Xunit;

namespace EtcdSentinelExporter.Tests.Disks.Drives;

public sealed class AgentFolderTests : IDisposable
{
    private static readonly TimeSpan Every = TimeSpan.FromMinutes(5);

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("agent");
    private readonly FakeClock _clock = new(SomeDrives.Noon);
    private readonly LogLevels _log = new();
    private readonly Fixed _drives = new(SomeDrives.Reading(
        SomeDrives.Read(SomeDrives.Drive("sda"), SomeDrives.Incident()), SomeDrives.Read(SomeDrives.Drive("sdb", serial: "K-2"), SomeDrives.Nvme)));

    private readonly AgentFolder _agent;

    public AgentFolderTests() => _agent = Agent();

    [Fact]
    public async Task A_file_that_cannot_be_written_costs_neither_the_others_nor_the_reading()
    {
        _folder.CreateSubdirectory("sda.json");

        var reading = await _agent.ReadAsync(previous: null, CancellationToken.None);

        Assert.Same(_drives.Reading, reading);
        Assert.Equal(["sdb.json"], _folder.GetFiles().Select(file => file.Name));
    }

    [Fact]
    public async Task It_is_logged_once_and_so_is_its_end()
    {
        _folder.CreateSubdirectory("sda.json");
        await PollAsync();
        await PollAsync();
        _folder.GetDirectories()[0].Delete();
        await PollAsync();
        await PollAsync();

        Assert.Equal([LogLevel.Warning, LogLevel.Information], _log.Levels);
    }

    [Fact]
    public async Task A_folder_that_cannot_be_made_costs_no_reading()
    {
        await File.WriteAllTextAsync(Path.Combine(_folder.FullName, "file"), "");

        var reading = await Agent("file/below").ReadAsync(previous: null, CancellationToken.None);

        Assert.Same(_drives.Reading, reading);
        Assert.Equal([LogLevel.Warning], _log.Levels);
    }

    [Fact]
    public async Task A_file_that_cannot_be_deleted_costs_no_reading()
    {
        var before = await PollAsync();
        File.Delete(Path.Combine(_folder.FullName, "sdb.json"));
        _folder.CreateSubdirectory("sdb.json");
        _drives.Reading = SomeDrives.Reading(before.All[0]);

        Assert.Same(_drives.Reading, await _agent.ReadAsync(before, CancellationToken.None));
    }

    [Fact]
    public async Task A_new_agent_goes_on_where_the_old_one_stopped()
    {
        await PollAsync();
        _clock.Advance(TimeSpan.FromMinutes(1));

        await Agent().ReadAsync(previous: null, CancellationToken.None);

        var drive = _drives.Previous!.All[0];
        Assert.Equal(("sda", "K-1", ReadState.Ok), (drive.Drive.Device, drive.Drive.Serial, drive.State));
        Assert.Equal((SomeDrives.Noon, SomeDrives.Noon.AddMinutes(5), SomeDrives.Noon), (drive.LastSuccess, drive.DueAt, drive.LogsAt));
        Assert.Equal((true, 3), (drive.Health is not null, drive.Reads[ReadState.Ok]));
    }

    [Fact]
    public async Task A_turn_of_a_longer_period_is_brought_forward()
    {
        _drives.Reading = SomeDrives.Reading(_drives.Reading.All[0] with { DueAt = SomeDrives.Noon.AddHours(1) });
        await PollAsync();

        await Agent().ReadAsync(previous: null, CancellationToken.None);

        Assert.Equal(SomeDrives.Noon + Every, _drives.Previous!.All[0].DueAt);
    }

    [Fact]
    public async Task A_drive_that_left_while_no_agent_ran_takes_its_file_along_and_other_files_stay()
    {
        await PollAsync();
        foreach (var (name, text) in new[] { ("notes.json", "[1"), ("sdc.json", "{\"schema\":2,\"device\":\"sdc\"}") })
            await File.WriteAllTextAsync(Path.Combine(_folder.FullName, name), text);
        _drives.Reading = SomeDrives.Reading(_drives.Reading.All[0]);

        await Agent().ReadAsync(previous: null, CancellationToken.None);

        Assert.Equal(
            ["notes.json", "sda.json", "sdc.json"],
            _folder.GetFiles().Select(file => file.Name).Order(StringComparer.Ordinal));
    }

    [Theory]
    [InlineData(10, 30, 63)]
    [InlineData(1, 0.1, 60)]
    [InlineData(10, 600, 633)]
    public void A_file_is_old_when_no_running_agent_could_have_left_it(double tick, double timeout, double seconds) =>
        Assert.Equal(seconds, AgentCadence.Of(
            Every, TimeSpan.FromSeconds(tick), TimeSpan.FromSeconds(timeout + 13)).RenewedWithin.TotalSeconds);

    public void Dispose() => _folder.Delete(recursive: true);

    private async Task<DrivesReading> PollAsync() => await _agent.ReadAsync(_drives.Reading, CancellationToken.None);

    private AgentFolder Agent(string below = "") => new(_drives, new HostFiles("/", TimeProvider.System),
        Path.Combine(_folder.FullName, below), new(Every, TimeSpan.FromMinutes(1)), new(_log), _clock);

    private sealed class Fixed(DrivesReading reading) : IProbe<DrivesReading>
    {
        public DrivesReading Reading { get; set; } = reading;

        public DrivesReading? Previous { get; private set; }

        public ValueTask<DrivesReading> ReadAsync(DrivesReading? previous, CancellationToken cancellationToken)
        {
            Previous = previous;
            return new(Reading);
        }
    }
}
