using System.Collections.Immutable;
using EtcdSentinelExporter.Disks.Block;
using EtcdSentinelExporter.Disks.Drives;
using EtcdSentinelExporter.Disks.Smart;
using EtcdSentinelExporter.Tests.Support;
using Microsoft.Extensions.Logging.Abstractions;
using Xunit;

namespace EtcdSentinelExporter.Tests.Disks.Drives;

public sealed class DrivesProbeTests
{
    private static readonly TimeSpan Every = TimeSpan.FromMinutes(5);

    private readonly FakeClock _clock = new(SomeDrives.Noon);
    private readonly FakeSmartctl _smartctl;
    private readonly Dictionary<string, SmartAnswer> _answers = new(StringComparer.Ordinal);
    private Func<ImmutableArray<Drive>> _drives = () => [SomeDrives.Drive("sda")];
    private Func<Task<DiskRoles>> _roles = () => Task.FromResult(SomeDrives.Roles());
    private ImmutableDictionary<string, DiskLoad> _loads = ImmutableDictionary<string, DiskLoad>.Empty;
    private int _loadsAsked;
    private double? _pressure;
    private DrivesReading? _last;

    public DrivesProbeTests() => _smartctl = new(drive =>
        _answers.GetValueOrDefault(drive.Device, SomeDrives.Answer(SomeDrives.Incident())));

    [Fact]
    public async Task Before_its_first_turn_a_drive_waits_and_says_so()
    {
        var drive = Assert.Single((await PollAsync()).All);

        Assert.Equal(ReadState.Waiting, drive.State);
        Assert.InRange(drive.DueAt, SomeDrives.Noon, SomeDrives.Noon.AddMinutes(1));
    }

    [Fact]
    public void The_same_drive_of_several_nodes_is_asked_at_different_times() =>
        Assert.Equal(3, new[] { "cp-1", "cp-2", "cp-3" }
            .Select(node => new DriveSchedule(Every, node).New(SomeDrives.Drive("sda"), SomeDrives.Noon).DueAt).Distinct().Count());

    [Fact]
    public async Task A_drive_is_asked_once_a_period_and_for_its_logs_once_an_hour()
    {
        await RunAsync(TimeSpan.FromMinutes(62));

        Assert.Equal(13, _smartctl.Asked.Count);
        Assert.Equal([0, 12], Enumerable.Range(0, 13).Where(i => _smartctl.Asked[i].Question.WithLogs));
    }

    [Fact]
    public async Task What_stood_in_the_logs_is_kept_in_between()
    {
        await RunAsync(TimeSpan.FromMinutes(2));
        _answers["sda"] = SomeDrives.Answer(SomeDrives.Report("""{"smart_status":{"passed":true},"power_on_time":{"hours":62250}}"""));

        var health = (await RunAsync(TimeSpan.FromMinutes(6))).Health!;

        Assert.Equal(4, health.ErrorEntries);
        Assert.Equal(27, health.SelfTests.Single(one => one.Test.Kind is "short").Age!.Value.TotalHours);
    }

    [Fact]
    public async Task Logs_that_a_drive_refuses_do_not_replace_those_that_it_gave()
    {
        await RunAsync(TimeSpan.FromMinutes(2));
        _answers["sda"] = SomeDrives.Answer(SomeDrives.Report("""{"smart_status":{"passed":true},"power_on_time":{"hours":62250}}"""));

        var hours = await RunAsync(TimeSpan.FromMinutes(120));
        var late = await RunAsync(TimeSpan.FromMinutes(80));

        Assert.Equal(4, hours.Health!.ErrorEntries);
        Assert.Null(late.Health!.ErrorEntries);
    }

    [Fact]
    public async Task A_report_without_a_head_takes_no_identity_away()
    {
        await RunAsync(TimeSpan.FromMinutes(2));
        _answers["sda"] = SomeDrives.Answer(SomeDrives.Report("""{"smart_status":{"passed":true}}"""));

        var drive = await RunAsync(TimeSpan.FromMinutes(6));

        Assert.Equal(
            ("S-1", "CT1000MX500SSD1", 0), (drive.Identity!.Serial, drive.Identity.Model, drive.IdentityChanges));
    }

    [Fact]
    public async Task Values_are_withdrawn_after_three_periods_and_identity_stays()
    {
        await RunAsync(TimeSpan.FromMinutes(2));
        _answers["sda"] = new(ReadState.Open, "no such device");

        var soon = await RunAsync(TimeSpan.FromMinutes(8));
        var late = await RunAsync(TimeSpan.FromMinutes(8));

        Assert.Equal((ReadState.Open, true), (soon.State, soon.Health is not null));
        Assert.Equal((ReadState.Open, false), (late.State, late.Health is not null));
        Assert.Equal("S-1", late.Identity!.Serial);
    }

    [Theory]
    [InlineData(4, "")]
    [InlineData(0, "The drive reported its health before, and no longer does.")]
    public async Task A_drive_that_reported_its_health_is_never_without_SMART(int exit, string message)
    {
        await RunAsync(TimeSpan.FromMinutes(2));
        _answers["sda"] = new(ReadState.Unsupported, exit == 0 ? "" : "Read SMART Data failed", exit);

        var drive = await RunAsync(TimeSpan.FromMinutes(25));

        Assert.Equal((ReadState.Failed, false), (drive.State, drive.Health is not null));
        Assert.Equal(exit == 0 ? message : "Read SMART Data failed", drive.Message);
        Assert.InRange(drive.LastSuccess!.Value, SomeDrives.Noon, SomeDrives.Noon.AddMinutes(2));
    }

    [Fact]
    public async Task A_drive_that_never_reported_its_health_may_be_without_SMART()
    {
        _answers["sda"] = new(ReadState.Unsupported, "");

        Assert.Equal(ReadState.Unsupported, (await RunAsync(TimeSpan.FromMinutes(25))).State);
    }

    [Fact]
    public async Task Attributes_that_vanished_are_no_success_however_long_ago()
    {
        await RunAsync(TimeSpan.FromMinutes(2));
        _answers["sda"] = SomeDrives.Answer(Recordings.Case("ata-half")) with { State = ReadState.Partial };

        var drive = await RunAsync(TimeSpan.FromMinutes(60));

        Assert.Equal((ReadState.Failed, false), (drive.State, drive.Health is not null));
        Assert.InRange(drive.LastSuccess!.Value, SomeDrives.Noon, SomeDrives.Noon.AddMinutes(2));
    }

    [Fact]
    public async Task Life_left_does_not_rise_however_long_the_drive_was_silent()
    {
        _answers["sda"] = SomeDrives.Answer(LifeLeft(raw: 1));
        await RunAsync(TimeSpan.FromMinutes(2));
        _answers["sda"] = new(ReadState.Timeout, "");
        await RunAsync(TimeSpan.FromHours(3));
        _answers["sda"] = SomeDrives.Answer(LifeLeft(raw: 0));

        var drive = await RunAsync(TimeSpan.FromHours(2));

        Assert.Equal(new(0.99, "attr231"), drive.Health!.Endurance);
        Assert.Empty(drive.Health.Undecodable);
    }

    [Fact]
    public async Task The_life_of_a_drive_that_was_replaced_does_not_bind_the_next()
    {
        _answers["sda"] = SomeDrives.Answer(LifeLeft(raw: 1));
        await RunAsync(TimeSpan.FromMinutes(2));
        _answers["sda"] = SomeDrives.Answer(LifeLeft(raw: 100, serial: "S-2"));

        Assert.Equal(0, (await RunAsync(TimeSpan.FromMinutes(6))).Health!.Endurance!.UsedRatio);
    }

    [Fact]
    public async Task Growth_is_dated_and_follows_the_serial_number_of_the_drive()
    {
        _answers["sda"] = SomeDrives.Answer(Reallocated(8));
        await RunAsync(TimeSpan.FromMinutes(12));
        Assert.Empty(Risks());
        _answers["sda"] = SomeDrives.Answer(Reallocated(9));
        await RunAsync(TimeSpan.FromMinutes(6));
        _answers["sda"] = SomeDrives.Answer(Reallocated(11));
        await RunAsync(TimeSpan.FromHours(20));
        _drives = () => [];
        await PollAsync();
        _drives = () => [SomeDrives.Drive("sdb")];
        _answers["sdb"] = SomeDrives.Answer(Reallocated(11));
        await RunAsync(TimeSpan.FromMinutes(2));

        Assert.Equal(
            "The drive may fail soon: reallocated sectors grew from 8 to 11, first on 2026-01-01.",
            Assert.Single(Risks()));
    }

    [Fact]
    public async Task A_drive_behind_a_controller_is_not_woken_once_it_said_that_it_rotates()
    {
        _drives = () => [new("bus_0_megaraid_1", "", "/dev/bus/0", "megaraid,1", Disk: null)];
        _answers["bus_0_megaraid_1"] = SomeDrives.Answer(
            SomeDrives.Report("""{"rotation_rate":7200,"smart_status":{"passed":true}}"""));

        var drive = await RunAsync(TimeSpan.FromMinutes(7));

        Assert.Equal([false, true], _smartctl.Asked.Select(asked => asked.Question.SkipsStandby));
        Assert.True(drive.IsRotational);
    }

    [Fact]
    public async Task A_drive_that_says_it_is_failing_is_heard_even_without_attributes()
    {
        await RunAsync(TimeSpan.FromMinutes(2));
        var failing = SomeDrives.Report("""{"device":{"protocol":"ATA"},"smart_status":{"passed":false}}""");
        _answers["sda"] = SomeDrives.Answer(failing) with { State = ReadState.Partial };

        var drive = await RunAsync(TimeSpan.FromMinutes(60));

        Assert.Equal((ReadState.Partial, false), (drive.State, drive.Health!.Passed));
    }

    [Theory]
    [InlineData(ReadState.Ok)]
    [InlineData(ReadState.Open)]
    public async Task On_a_clock_that_was_set_back_drives_are_asked_and_values_grow_old_as_before(string state)
    {
        await RunAsync(TimeSpan.FromMinutes(2));
        _smartctl.Asked.Clear();
        if (state is not ReadState.Ok)
            _answers["sda"] = new(state, "no such device");
        _clock.AdjustTime(_clock.GetUtcNow().AddDays(-1));

        var drive = await RunAsync(TimeSpan.FromMinutes(16));

        Assert.Equal(3, _smartctl.Asked.Count);
        Assert.Equal((state, state is ReadState.Ok), (drive.State, drive.Health is not null));
        Assert.InRange(drive.LastSuccess!.Value, _clock.GetUtcNow().AddMinutes(-20), _clock.GetUtcNow());
    }

    [Fact]
    public void What_was_always_due_is_due_on_an_earlier_clock_too()
    {
        var drive = SomeDrives.Reading(
            SomeDrives.Read(SomeDrives.Drive("sda"), SomeDrives.Incident()) with { LogsDueAt = DateTimeOffset.MinValue });

        var earlier = drive.On(SomeDrives.Noon.AddHours(-1)).All[0];

        Assert.Equal((DateTimeOffset.MinValue, SomeDrives.Noon.AddMinutes(-55)), (earlier.LogsDueAt, earlier.DueAt));
    }

    [Fact]
    public async Task A_drive_that_takes_too_long_is_asked_less_and_less()
    {
        _answers["sda"] = new(ReadState.Timeout, "", Took: TimeSpan.FromSeconds(30));

        await RunAsync(TimeSpan.FromHours(3));

        Assert.Equal(5, _smartctl.Asked.Count);
    }

    [Fact]
    public async Task One_that_hangs_counts_as_one_attempt_and_is_given_time_when_it_is_free_again()
    {
        _answers["sda"] = new(ReadState.Hung, "", Took: TimeSpan.FromSeconds(32));
        while (_smartctl.Asked.Count == 0)
            await RunAsync(TimeSpan.FromSeconds(10));
        _answers["sda"] = new(ReadState.Hung, "", IsAttempt: false);
        await RunAsync(TimeSpan.FromMinutes(20));
        _answers["sda"] = new(ReadState.Timeout, "", IsAttempt: false);
        var free = await RunAsync(TimeSpan.FromSeconds(20));
        _smartctl.Asked.Clear();

        await RunAsync(TimeSpan.FromMinutes(9));

        Assert.Equal(1, free.Reads[ReadState.Hung]);
        Assert.Empty(_smartctl.Asked);
    }

    [Fact]
    public async Task A_bad_drive_harms_no_other()
    {
        _drives = () => [SomeDrives.Drive("sda"), SomeDrives.Drive("sdb", serial: "K-2")];
        _answers["sda"] = new(ReadState.Parse, "torn");
        _answers["sdb"] = SomeDrives.Answer(SomeDrives.Incident("S-2"));

        await RunAsync(TimeSpan.FromMinutes(2));

        Assert.Equal([ReadState.Parse, ReadState.Ok], _last!.All.Select(drive => drive.State));
    }

    [Theory]
    [InlineData(true, false, true)]
    [InlineData(true, true, false)]
    [InlineData(false, false, false)]
    [InlineData(null, false, false)]
    public async Task Only_a_spinning_disk_without_a_role_is_left_asleep(bool? spins, bool hasRole, bool sleeps)
    {
        _drives = () => [SomeDrives.Drive("sda", spins)];
        _roles = () => Task.FromResult(hasRole ? SomeDrives.Roles("sda") : SomeDrives.Roles("sdb"));

        await RunAsync(TimeSpan.FromMinutes(2));

        Assert.Equal(sleeps, _smartctl.Asked[0].Question.SkipsStandby);
        Assert.Equal(hasRole, _last!.All[0].CarriesRole);
    }

    [Fact]
    public async Task Whether_a_disk_was_busy_is_known_from_the_second_time_on()
    {
        var requests = 1L;
        _drives = () => [SomeDrives.Drive("sda", requests: requests)];
        await RunAsync(TimeSpan.FromMinutes(6));
        requests = 2;
        await RunAsync(TimeSpan.FromMinutes(5));

        Assert.Equal([null, false, true], _smartctl.Asked.Select(asked => asked.Question.WasBusy));
    }

    [Fact]
    public async Task A_list_that_cannot_be_read_does_not_make_drives_vanish()
    {
        await RunAsync(TimeSpan.FromMinutes(2));
        _drives = () => throw new UnauthorizedAccessException("/sys may not be listed");

        var reading = await PollAsync();

        Assert.Equal("/sys may not be listed", reading.ScanProblem);
        Assert.NotNull(Assert.Single(reading.All).Health);
    }

    [Fact]
    public async Task Without_any_list_the_poll_fails()
    {
        _drives = () => throw new FileNotFoundException("no sysfs");

        await Assert.ThrowsAsync<FileNotFoundException>(PollAsync);
    }

    [Fact]
    public async Task Another_disk_under_the_same_name_takes_nothing_over()
    {
        await RunAsync(TimeSpan.FromMinutes(2));
        _drives = () => [SomeDrives.Drive("sda", serial: "K-9")];
        _answers["sda"] = new(ReadState.Open, "");

        var drive = Assert.Single((await PollAsync()).All);

        Assert.Equal((null, null, 1), (drive.Health, drive.Identity, drive.IdentityChanges));
    }

    [Fact]
    public async Task A_disk_that_no_longer_tells_its_serial_is_the_same_disk()
    {
        await RunAsync(TimeSpan.FromMinutes(2));
        _drives = () => [SomeDrives.Drive("sda", serial: "")];

        var drive = Assert.Single((await PollAsync()).All);

        Assert.Equal(("K-1", 0), (drive.Drive.Serial, drive.IdentityChanges));
        Assert.NotNull(drive.Health);
    }

    [Theory]
    [InlineData("K-1")]
    [InlineData("")]
    public async Task A_disk_without_a_serial_that_takes_the_name_of_another_takes_nothing_over(string serial)
    {
        _drives = () => [Numbered(serial, "7")];
        await RunAsync(TimeSpan.FromMinutes(2));
        _drives = () => [Numbered("", "8")];
        _answers["sda"] = new(ReadState.Open, "");

        var drive = Assert.Single((await PollAsync()).All);

        Assert.Equal(("", null, 1), (drive.Drive.Serial, drive.Identity, drive.IdentityChanges));
    }

    [Theory]
    [InlineData("K-1", "K-1", "8")]
    [InlineData("K-1", "", "7")]
    [InlineData("", "", "7")]
    [InlineData("K-1", "", "")]
    public async Task A_disk_with_its_old_serial_or_number_is_the_same_disk(string before, string after, string number)
    {
        _drives = () => [Numbered(before, "7")];
        await RunAsync(TimeSpan.FromMinutes(2));
        _drives = () => [Numbered(after, number)];

        var drive = Assert.Single((await PollAsync()).All);

        Assert.Equal((before, 0), (drive.Drive.Serial, drive.IdentityChanges));
    }

    [Fact]
    public async Task Another_serial_from_the_same_disk_is_counted()
    {
        await RunAsync(TimeSpan.FromMinutes(2));
        _answers["sda"] = SomeDrives.Answer(SomeDrives.Incident("S-9"));

        var drive = await RunAsync(TimeSpan.FromMinutes(6));

        Assert.Equal((1, "S-9"), (drive.IdentityChanges, drive.Identity!.Serial));
    }

    [Fact]
    public async Task While_the_node_waits_for_its_disks_a_reading_is_put_off_three_times_at_most()
    {
        await RunAsync(TimeSpan.FromMinutes(2));
        _smartctl.Asked.Clear();
        _pressure = 0.5;

        var drive = await RunAsync(TimeSpan.FromMinutes(9));

        Assert.Single(_smartctl.Asked);
        Assert.Equal(3, drive.Deferrals);
    }

    [Theory]
    [InlineData("sda", 0.011, 0, 1, 3)]
    [InlineData("sda", 0.009, 0, 2, 0)]
    [InlineData("sda", 0.009, 0.5, 2, 0)]
    [InlineData("sda", null, 0.5, 1, 3)]
    [InlineData("sdb", 0.011, 0, 2, 0)]
    public async Task A_disk_with_a_role_is_spared_while_its_flushes_are_slow_but_not_for_ever(
        string carrier, double? flush, double pressure, int asked, int deferrals)
    {
        await RunAsync(TimeSpan.FromMinutes(2));
        _smartctl.Asked.Clear();
        _roles = () => Task.FromResult(SomeDrives.Roles(carrier));
        _pressure = pressure;
        _loads = _loads.SetItem("sda", new() { UtilisationRatio = 1, QueueLength = 1, FlushLatencySeconds = flush });

        var drive = await RunAsync(TimeSpan.FromMinutes(9));

        Assert.Equal((asked, deferrals), (_smartctl.Asked.Count, drive.Deferrals));
    }

    [Fact]
    public async Task How_slow_a_disk_is_is_asked_at_each_poll_so_that_the_answer_is_of_now()
    {
        await PollAsync();
        await PollAsync();

        Assert.Equal(2, _loadsAsked);
    }

    [Fact]
    public async Task Where_roles_cannot_be_read_a_disk_keeps_the_one_it_had()
    {
        _drives = () => [SomeDrives.Drive("sda", spins: true)];
        _roles = () => Task.FromResult(SomeDrives.Roles("sda"));
        await RunAsync(TimeSpan.FromMinutes(2));
        _roles = () => Task.FromException<DiskRoles>(new TimeoutException());

        var drive = await RunAsync(TimeSpan.FromMinutes(6));

        Assert.Equal([false, false], _smartctl.Asked.Select(asked => asked.Question.SkipsStandby));
        Assert.True(drive.CarriesRole);
    }

    [Theory]
    [InlineData(DiskRole.EtcdData, true)]
    [InlineData(DiskRole.EtcdWal, true)]
    [InlineData(DiskRole.Root, false)]
    public async Task Only_etcds_own_disk_carries_etcd(string role, bool carriesEtcd)
    {
        var place = SomeDrives.Roles("sda").Places[0];
        _roles = () => Task.FromResult(new DiskRoles([place with { Of = place.Of with { Role = role } }]));
        await RunAsync(TimeSpan.FromMinutes(2));
        _roles = () => Task.FromException<DiskRoles>(new TimeoutException());

        var drive = await RunAsync(TimeSpan.FromMinutes(6));

        Assert.Equal((true, carriesEtcd), (drive.CarriesRole, drive.CarriesEtcd));
    }

    [Fact]
    public async Task A_drive_seen_as_a_disk_and_behind_its_controller_is_one()
    {
        _drives = () => [new("bus_0_megaraid_1", "", "/dev/bus/0", "megaraid,1", Disk: null), SomeDrives.Drive("sda")];

        await RunAsync(TimeSpan.FromMinutes(2));

        var drive = Assert.Single(_last!.Drives);
        Assert.Equal(("sda", 2), (drive.Drive.Device, drive.Paths));
    }

    [Fact]
    public async Task A_slow_drive_does_not_keep_back_what_others_said()
    {
        _drives = () => [.. Enumerable.Range(0, 5).Select(i => SomeDrives.Drive("sd" + (char)('a' + i)))];
        foreach (var drive in _drives())
            _answers[drive.Device] = SomeDrives.Answer(SomeDrives.Incident(drive.Device));
        await PollAsync();
        _clock.Advance(TimeSpan.FromMinutes(1));
        var slow = new FakeSmartctl(_ =>
        {
            _clock.Advance(TimeSpan.FromSeconds(9));
            return new(ReadState.Timeout, "");
        });

        var reading = await Probe(slow).ReadAsync(_last, CancellationToken.None);

        Assert.Equal(1, reading.All.Count(drive => drive.State is ReadState.Timeout));
    }

    private IEnumerable<string> Risks() => DrivesFindings.Judge(_last!)
        .Where(finding => finding.Code is "DiskReplaceSoon").Select(finding => finding.Summary);

    private static SmartReport Reallocated(int count) => SomeDrives.Report($$$"""
        {"serial_number":"S-1","ata_smart_attributes":{"table":[
         {"id":5,"name":"Reallocated_Sector_Ct","value":100,"raw":{"value":{{{count}}},"string":"{{{count}}}"}}]}}
        """);

    private static SmartReport LifeLeft(int raw, string serial = "S-1") => SomeDrives.Report($$$"""
        {"serial_number":"{{{serial}}}","in_smartctl_database":true,"ata_smart_attributes":{"table":[
         {"id":231,"name":"SSD_Life_Left","value":100,"raw":{"value":{{{raw}}},"string":"{{{raw}}}"}}]}}
        """);

    // Turns of ten seconds, as the collector takes them.
    private async Task<DriveReading> RunAsync(TimeSpan time)
    {
        for (var end = _clock.GetUtcNow() + time; _clock.GetUtcNow() < end; _clock.Advance(TimeSpan.FromSeconds(10)))
            await PollAsync();
        return _last!.All[0];
    }

    private static Drive Numbered(string serial, string number)
    {
        var drive = SomeDrives.Drive("sda", serial: serial);
        return drive with { Disk = drive.Disk! with { Sequence = number } };
    }

    private async Task<DrivesReading> PollAsync() =>
        _last = await Probe(_smartctl).ReadAsync(_last, CancellationToken.None);

    private Task<DiskLoads> LoadsAsync()
    {
        _loadsAsked++;
        return Task.FromResult(new DiskLoads(_loads));
    }

    private DrivesProbe Probe(FakeSmartctl smartctl)
    {
        var schedule = new DriveSchedule(Every, "cp-1");
        return new(
            new(_ => Task.FromResult(_drives())), _ => _roles(), _ => LoadsAsync(), () =>
                _pressure, new(smartctl, schedule, _clock), schedule, new(NullLogger.Instance), _clock);
    }
}
