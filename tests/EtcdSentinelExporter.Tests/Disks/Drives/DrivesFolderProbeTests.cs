using System.Collections.Immutable;
using System.Text;
using EtcdSentinelExporter.Disks.Block;
using EtcdSentinelExporter.Disks.Drives;
using EtcdSentinelExporter.Disks.Smart;
using EtcdSentinelExporter.Host;
using EtcdSentinelExporter.Polling;
using EtcdSentinelExporter.Tests.Support;
using Microsoft.Extensions.Logging.Abstractions;
using Xunit;

namespace EtcdSentinelExporter.Tests.Disks.Drives;

public sealed class DrivesFolderProbeTests : IDisposable
{
    private static readonly TimeSpan Every = TimeSpan.FromMinutes(5);

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("drives");
    private readonly FakeClock _clock = new(SomeDrives.Noon);
    private Func<ImmutableArray<Drive>> _drives = () => [SomeDrives.Drive("sda")];
    private Func<Task<DiskRoles>> _roles = () => Task.FromResult(SomeDrives.Roles());
    private readonly DriveReading _read = SomeDrives.Read(SomeDrives.Drive("sda"), SomeDrives.Incident());

    [Fact]
    public async Task What_the_agent_writes_is_what_the_exporter_shows()
    {
        await AgentAsync(_read);

        var reading = await PollAsync();

        Assert.Equal(
            DrivesMetrics.Families.Text(SomeDrives.Reading(_read)),
            DrivesMetrics.Families.Text(reading with { Folder = null }));
        Assert.Equal(["sda.json"], _folder.GetFiles().Select(file => file.Name));
    }

    [Theory]
    [InlineData(true, false, true)]
    [InlineData(false, true, true)]
    [InlineData(false, false, false)]
    [InlineData(true, null, true)]
    public async Task A_role_that_either_side_knows_of_counts(bool ofAgent, bool? ofExporter, bool expected)
    {
        await AgentAsync(_read with { CarriesRole = ofAgent });
        _roles = () => ofExporter is null ? Task.FromException<DiskRoles>(new TimeoutException())
            : Task.FromResult(ofExporter.Value ? SomeDrives.Roles("sda") : SomeDrives.Roles("sdb"));

        Assert.Equal(expected, Assert.Single((await PollAsync()).All).CarriesRole);
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
        var gone = await AgentAsync(_read, SomeDrives.Read(SomeDrives.Drive("sdb"), SomeDrives.Nvme));
        await AgentAsync(gone, _read);

        Assert.Equal(["sda.json"], _folder.GetFiles().Select(file => file.Name));
    }

    [Fact]
    public async Task A_drive_behind_a_controller_is_known_only_from_its_file()
    {
        var drive = new Drive("bus_0_megaraid_1", "", "/dev/bus/0", "megaraid,1", Disk: null);
        await AgentAsync(_read, SomeDrives.Read(drive, SomeDrives.Nvme));

        Assert.Equal(["bus_0_megaraid_1", "sda"], (await PollAsync()).All.Select(one => one.Drive.Device));
    }

    [Fact]
    public async Task A_drive_that_hangs_in_the_agent_hangs_here_too_and_loses_its_values()
    {
        _clock.Advance(TimeSpan.FromMinutes(16));
        await AgentAsync(_read with { State = ReadState.Hung, DueAt = SomeDrives.Noon.AddHours(1) });

        var drive = Assert.Single((await PollAsync()).All);

        Assert.Equal((ReadState.Hung, null), (drive.State, drive.Health));
    }

    [Theory]
    [InlineData("{\"schema\":1,\"device\":\"sda\",\"sta", FolderProblems.Torn)]
    [InlineData("", FolderProblems.Torn)]
    [InlineData("{\"schema\":2,\"device\":\"sda\"}", FolderProblems.Foreign)]
    [InlineData("{\"schema\":1,\"device\":\"sdb\"}", FolderProblems.Foreign)]
    [InlineData("{\"schema\":1,\"device\":\"sda\",\"every_seconds\":1e300,\"state\":\"ok\"}", FolderProblems.Torn)]
    [InlineData("{\"schema\":1,\"device\":\"sda\",\"every_seconds\":10,\"state\":\"well\"}", FolderProblems.Torn)]
    [InlineData("{\"schema\":1,\"device\":\"sda\",\"smartctl\":{\"\\ud800\":1}}", FolderProblems.Torn)]
    [InlineData("{\"schema\":1,\"device\":\"sda\",\"exit_code\":\"0\"}", FolderProblems.Torn)]
    public async Task A_file_that_is_not_the_agents_is_a_visible_failure(string text, string problem)
    {
        File("sda.json", text);

        var reading = await PollAsync();

        Assert.Equal(ReadState.Parse, Assert.Single(reading.All).State);
        Assert.Equal(1, reading.Folder!.Files[problem]);
    }

    // A key with half of a surrogate pair lets every look-up in its object throw.
    [Theory]
    [InlineData("sda.json", ReadState.Parse)]
    [InlineData("sdz.json", ReadState.Ok)]
    public async Task A_key_that_is_no_text_costs_the_drive_of_its_file_alone(string file, string stateOfSda)
    {
        _drives = () => [SomeDrives.Drive("sda"), SomeDrives.Drive("sdb", serial: "K-2")];
        await AgentAsync(_read, SomeDrives.Read(SomeDrives.Drive("sdb", serial: "K-2"), SomeDrives.Nvme));
        File(file, $$"""{"\ud800{{new string('a', 60)}}":0,"schema":1,"device":"{{Path.GetFileNameWithoutExtension(file)}}"}""");

        var reading = await PollAsync();

        Assert.Equal([("sda", stateOfSda), ("sdb", ReadState.Ok)],
            reading.All.Select(drive => (drive.Drive.Device, drive.State)));
        Assert.Equal(1, reading.Folder!.Files[FolderProblems.Torn]);
        Assert.All(reading.All.Where(drive => drive.State is ReadState.Parse),
            drive => Assert.Contains("the key at byte 1 is not valid Unicode", drive.Message, StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_value_that_is_no_text_costs_that_value_alone()
    {
        await AgentAsync(
            _read with { Report = SomeDrives.Report("""{"model_name":"\ud800","temperature":{"current":41}}""") },
            SomeDrives.Read(SomeDrives.Drive("sdb", serial: "K-2"), SomeDrives.Nvme));
        _drives = () => [SomeDrives.Drive("sda"), SomeDrives.Drive("sdb", serial: "K-2")];

        var reading = await PollAsync();

        Assert.All(reading.All, drive => Assert.Equal(ReadState.Ok, drive.State));
        Assert.Equal(41, reading.All[0].Health?.Temperature);
    }

    [Fact]
    public async Task A_file_that_is_too_large_is_not_read()
    {
        await using (var file = System.IO.File.Create(Path.Combine(_folder.FullName, "sda.json")))
            file.SetLength(AgentFile.MaxSize + 1);

        var reading = await PollAsync();

        Assert.Equal(
            (ReadState.Parse, 1), (Assert.Single(reading.All).State, reading.Folder!.Files[FolderProblems.Huge]));
    }

    [Theory]
    [InlineData(2, true)]
    [InlineData(14, true)]
    [InlineData(16, false)]
    [InlineData(19, false)]
    public async Task A_file_that_nobody_renews_is_stale_at_once_and_its_values_go_by_their_age(
        int minutes, bool hasValues)
    {
        await AgentAsync(_read with { DueAt = SomeDrives.Noon.AddHours(1) });
        _clock.Advance(TimeSpan.FromMinutes(minutes));

        var reading = await PollAsync();

        var drive = Assert.Single(reading.All);
        Assert.Equal((ReadState.Stale, hasValues, null), (drive.State, drive.Health is not null, drive.ExitStatus));
        Assert.Empty(drive.Reads);
        Assert.Equal(1, reading.Folder!.Files[FolderProblems.Old]);
    }

    [Fact]
    public async Task A_file_that_is_renewed_is_never_stale()
    {
        await AgentAsync(_read with { DueAt = SomeDrives.Noon.AddHours(-1) });
        _clock.Advance(TimeSpan.FromSeconds(60));

        Assert.Equal(ReadState.Ok, Assert.Single((await PollAsync()).All).State);
    }

    [Fact]
    public async Task Values_without_a_date_are_not_shown()
    {
        await AgentAsync(_read with { LastSuccess = null });

        Assert.Null(Assert.Single((await PollAsync()).All).Health);
    }

    [Fact]
    public async Task A_turn_in_the_far_future_is_not_believed()
    {
        await AgentAsync(_read with { DueAt = SomeDrives.Noon.AddHours(2) });

        Assert.Equal(ReadState.Parse, Assert.Single((await PollAsync()).All).State);
    }

    [Fact]
    public async Task The_file_of_the_disk_that_was_there_before_is_foreign()
    {
        await AgentAsync(_read);
        var before = await PollAsync();
        _drives = () => [SomeDrives.Drive("sda", serial: "K-2")];

        var reading = await PollAsync(before);

        var drive = Assert.Single(reading.All);
        Assert.Equal(
            ("K-2", ReadState.Parse, null, null), (drive.Drive.Serial, drive.State, drive.Health, drive.Identity));
        Assert.Equal(1, reading.Folder!.Files[FolderProblems.Foreign]);
    }

    [Fact]
    public async Task Who_a_drive_is_stands_in_its_file_also_when_its_values_have_gone()
    {
        await AgentAsync(_read with { Report = null, LogsReport = null });

        Assert.Equal("S-1", Assert.Single((await PollAsync()).All).Identity!.Serial);
    }

    [Fact]
    public async Task A_message_has_up_to_300_characters()
    {
        await AgentAsync(_read with { Message = new string('x', 400) });

        Assert.Equal(300, Assert.Single((await PollAsync()).All).Message.Length);
    }

    [Theory]
    [InlineData("/dev/bus/0", "megaraid,2")]
    [InlineData("--version", "megaraid,1")]
    [InlineData("/dev/bus/0", "--help")]
    public async Task A_drive_behind_a_controller_has_the_label_of_its_address(string path, string type)
    {
        await AgentAsync(_read, SomeDrives.Read(new("bus_0_megaraid_1", "", path, type, Disk: null), SomeDrives.Nvme));

        var reading = await PollAsync();

        Assert.Equal("sda", Assert.Single(reading.All).Drive.Device);
        Assert.Equal(1, reading.Folder!.Files[FolderProblems.Torn]);
    }

    [Fact]
    public async Task Files_beyond_a_thousand_are_counted_and_hide_no_drive_of_the_node()
    {
        for (var i = 0; i < DrivesSettings.MaxFiles + 1; i++)
            File($"a{i}.json", "{}");
        await AgentAsync(_read);

        var reading = await PollAsync();

        Assert.Equal(
            (ReadState.Ok, 2), (Assert.Single(reading.All).State, reading.Folder!.Files[FolderProblems.Surplus]));
    }

    [Fact]
    public async Task A_file_from_the_future_is_not_believed()
    {
        await AgentAsync(_read with { LastAttempt = SomeDrives.Noon.AddHours(1) });

        var reading = await PollAsync();

        Assert.Equal(ReadState.Parse, Assert.Single(reading.All).State);
        Assert.Equal((1, 0), (reading.Folder!.Files[FolderProblems.Clock], reading.Folder.Files[FolderProblems.Torn]));
        Assert.Contains(DrivesFindings.Judge(reading), finding =>
            finding.NextStep.StartsWith("Compare the clocks", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Files_about_other_drives_and_other_files_are_foreign()
    {
        await AgentAsync(_read, SomeDrives.Read(SomeDrives.Drive("sdz"), SomeDrives.Nvme));
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
        await Agent(new Fixed(SomeDrives.Reading(drives))).ReadAsync(previous, CancellationToken.None);

    private AgentFolder Agent(IProbe<DrivesReading> drives) => new(drives, new HostFiles("/", TimeProvider.System),
        _folder.FullName, new AgentCadence(Every, TimeSpan.FromMinutes(1)), new(NullLogger.Instance), _clock);

    private async Task<DrivesReading> PollAsync(DrivesReading? previous = null) => await new DrivesFolderProbe(
        new(_ => Task.FromResult(_drives())), _ =>
            _roles(), new HostFiles("/", TimeProvider.System), _folder.FullName, new(NullLogger.Instance), _clock)
        .ReadAsync(previous, CancellationToken.None);

    private void File(string name, string text) =>
        System.IO.File.WriteAllText(
            Path.Combine(_folder.FullName, name), text, new UTF8Encoding(encoderShouldEmitUTF8Identifier: false));

    private static string Mode(FileInfo file) => string.Concat("rwxrwxrwx".Select((c, i) =>
        ((int)file.UnixFileMode & (1 << (8 - i))) != 0 ? c : '-'));

    private sealed class Fixed(DrivesReading reading) : IProbe<DrivesReading>
    {
        public ValueTask<DrivesReading> ReadAsync(DrivesReading? previous, CancellationToken cancellationToken) =>
            new(reading);
    }
}
