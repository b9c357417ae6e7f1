using System.Collections.Immutable;
using System.Text;
using EtcdSentinelExporter.Collecting;
using EtcdSentinelExporter.Collectors.Drives;
using EtcdSentinelExporter.Node;
using EtcdSentinelExporter.Smart;
using EtcdSentinelExporter.Tests.Support;
using Microsoft.Extensions.Logging.Abstractions;
using Xunit;

namespace EtcdSentinelExporter.Tests.Collectors.Drives;

public sealed class DrivesFolderProbeTests : IDisposable
{
    private static readonly TimeSpan Every = TimeSpan.FromMinutes(5);

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("drives");
    private readonly FakeClock _clock = new(Some.Noon);
    private Func<ImmutableArray<Drive>> _drives = () => [Some.Drive("sda")];
    private readonly DriveReading _read = Some.Read(Some.Drive("sda"), Some.Incident());

    [Fact]
    public async Task What_the_agent_writes_is_what_the_exporter_shows()
    {
        await AgentAsync(_read);

        var reading = await PollAsync();

        Assert.Equal(
            DrivesMetrics.Families.Text(Some.Reading(_read)),
            DrivesMetrics.Families.Text(reading with { Folder = null }));
        Assert.Equal(["sda.json"], _folder.GetFiles().Select(file => file.Name));
    }

    [Fact]
    public async Task Everybody_may_read_it_and_only_the_agent_write_it()
    {
        await AgentAsync(_read);

        Assert.Equal("rw-r--r--", Mode(_folder.GetFiles()[0]));
    }

    [Fact]
    public async Task A_drive_that_is_gone_takes_its_file_along()
    {
        var gone = await AgentAsync(_read, Some.Read(Some.Drive("sdb"), Some.Nvme));
        await AgentAsync(gone, _read);

        Assert.Equal(["sda.json"], _folder.GetFiles().Select(file => file.Name));
    }

    [Fact]
    public async Task A_drive_behind_a_controller_is_known_only_from_its_file()
    {
        var drive = new Drive("bus_0_megaraid_1", "", "/dev/bus/0", "megaraid,1", Disk: null);
        await AgentAsync(_read, Some.Read(drive, Some.Nvme));

        Assert.Equal(["bus_0_megaraid_1", "sda"], (await PollAsync()).All.Select(one => one.Drive.Device));
    }

    [Fact]
    public async Task A_drive_that_hangs_in_the_agent_hangs_here_too_and_loses_its_values()
    {
        await AgentAsync(_read with { State = ReadState.Hung, DueAt = Some.Noon.AddHours(1) });
        _clock.Advance(TimeSpan.FromMinutes(16));

        var drive = Assert.Single((await PollAsync()).All);

        Assert.Equal((ReadState.Hung, null), (drive.State, drive.Health));
    }

    [Theory]
    [InlineData("{\"schema\":1,\"device\":\"sda\",\"sta", FolderProblems.Torn)]
    [InlineData("", FolderProblems.Torn)]
    [InlineData("{\"schema\":2,\"device\":\"sda\"}", FolderProblems.Torn)]
    [InlineData("{\"schema\":1,\"device\":\"sdb\"}", FolderProblems.Foreign)]
    [InlineData("{\"schema\":1,\"device\":\"sda\",\"every_seconds\":1e300,\"state\":\"ok\"}", FolderProblems.Torn)]
    [InlineData("{\"schema\":1,\"device\":\"sda\",\"every_seconds\":10,\"state\":\"well\"}", FolderProblems.Torn)]
    public async Task A_file_that_is_not_the_agents_is_a_visible_failure(string text, string problem)
    {
        File("sda.json", text);

        var reading = await PollAsync();

        Assert.Equal(ReadState.Parse, Assert.Single(reading.All).State);
        Assert.Equal(1, reading.Folder!.Files[problem]);
    }

    [Fact]
    public async Task A_file_that_is_too_large_is_not_read()
    {
        await using (var file = System.IO.File.Create(Path.Combine(_folder.FullName, "sda.json")))
            file.SetLength(AgentFile.Largest + 1);

        var reading = await PollAsync();

        Assert.Equal((ReadState.Parse, 1), (Assert.Single(reading.All).State, reading.Folder!.Files[FolderProblems.Huge]));
    }

    [Fact]
    public async Task A_file_that_nobody_renews_is_stale_and_says_nothing_any_more()
    {
        await AgentAsync(_read);
        _clock.Advance(TimeSpan.FromMinutes(21));

        var reading = await PollAsync();

        var drive = Assert.Single(reading.All);
        Assert.Equal((ReadState.Stale, null), (drive.State, drive.Health));
        Assert.Equal(1, reading.Folder!.Files[FolderProblems.Old]);
    }

    [Fact]
    public async Task A_file_from_the_future_is_not_believed()
    {
        await AgentAsync(_read with { LastAttempt = Some.Noon.AddHours(1) });

        Assert.Equal(ReadState.Parse, Assert.Single((await PollAsync()).All).State);
    }

    [Fact]
    public async Task Files_about_other_drives_and_other_files_are_foreign()
    {
        await AgentAsync(_read, Some.Read(Some.Drive("sdz"), Some.Nvme));
        File("notes.txt", "hello");

        var reading = await PollAsync();

        Assert.Equal("sda", Assert.Single(reading.All).Drive.Device);
        Assert.Equal(2, reading.Folder!.Files[FolderProblems.Foreign]);
    }

    [Fact]
    public async Task A_list_that_cannot_be_read_takes_no_drive_away_and_is_visible()
    {
        await AgentAsync(_read);
        var before = await PollAsync();
        _drives = () => throw new TimeoutException("sysfs does not answer");

        var reading = await PollAsync(before);

        Assert.Equal("sysfs does not answer", reading.ScanProblem);
        Assert.NotNull(Assert.Single(reading.All).Health);
    }

    [Fact]
    public async Task A_drive_without_a_file_says_so() =>
        Assert.Equal(ReadState.NoFile, Assert.Single((await PollAsync()).All).State);

    [Fact]
    public async Task Without_the_folder_nothing_is_seen_and_it_says_what_to_start()
    {
        _folder.Delete();

        var e = await Assert.ThrowsAsync<FileNotFoundException>(() => PollAsync());

        Assert.Contains("smart-agent", e.Message, StringComparison.Ordinal);
        _folder.Create();
    }

    public void Dispose() => _folder.Delete(recursive: true);

    private Task<DrivesReading> AgentAsync(params DriveReading[] drives) => AgentAsync(previous: null, drives);

    private async Task<DrivesReading> AgentAsync(DrivesReading? previous, params DriveReading[] drives) =>
        await new AgentFolder(new Fixed(Some.Reading(drives)), _folder.FullName, Every).ReadAsync(previous, CancellationToken.None);

    private async Task<DrivesReading> PollAsync(DrivesReading? previous = null) => await new DrivesFolderProbe(
        new(_ => Task.FromResult(_drives())),
        new HostFiles("/", TimeProvider.System), _folder.FullName, new(NullLogger.Instance), _clock)
        .ReadAsync(previous, CancellationToken.None);

    private void File(string name, string text) =>
        System.IO.File.WriteAllText(Path.Combine(_folder.FullName, name), text, new UTF8Encoding(encoderShouldEmitUTF8Identifier: false));

    private static string Mode(FileInfo file) => string.Concat("rwxrwxrwx".Select((c, i) =>
        ((int)file.UnixFileMode & (1 << (8 - i))) != 0 ? c : '-'));

    private sealed class Fixed(DrivesReading reading) : IProbe<DrivesReading>
    {
        public ValueTask<DrivesReading> ReadAsync(DrivesReading? previous, CancellationToken cancellationToken) => new(reading);
    }
}
