using System.Collections.Immutable;
using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;
using EtcdSentinelExporter.Disks.Drives;
using EtcdSentinelExporter.Disks.Smart;
using EtcdSentinelExporter.Host;
using EtcdSentinelExporter.Polling;
using EtcdSentinelExporter.Tests.Certificates;
using EtcdSentinelExporter.Tests.Support;
using Microsoft.Extensions.Logging.Abstractions;
using Xunit;

namespace EtcdSentinelExporter.Tests.Disks.Drives;

/// <summary>Files in the agent's folder that no agent wrote: each costs at most the drive that it is named
/// after.</summary>
public sealed partial class HostileFolderTests : IDisposable
{
    private readonly DirectoryInfo _node = Directory.CreateTempSubdirectory("hostile");
    private readonly FakeClock _clock = new(SomeDrives.Noon);

    private string Folder => Path.Combine(_node.FullName, "run");

    public HostileFolderTests()
    {
        Directory.CreateDirectory(Folder);
        Write("sdb.json", Good("sdb"));
    }

    [Theory]
    [InlineData("a FIFO", FolderProblems.Unreadable)]
    [InlineData("a folder", FolderProblems.Unreadable)]
    [InlineData("a link to a good file", FolderProblems.Unreadable)]
    [InlineData("a link out of the folder", FolderProblems.Unreadable)]
    [InlineData("a link to itself", FolderProblems.Unreadable)]
    [InlineData("a link to a device", FolderProblems.Unreadable)]
    [InlineData("huge", FolderProblems.Huge)]
    [InlineData("deeply nested", FolderProblems.Torn)]
    [InlineData("truncated", FolderProblems.Torn)]
    [InlineData("text", FolderProblems.Torn)]
    [InlineData("another drive", FolderProblems.Foreign)]
    public async Task A_bad_file_costs_its_drive_alone_and_has_a_reason(string what, string problem)
    {
        Make(what, Path.Combine(Folder, "sda.json"));

        var reading = await PollAsync();

        Assert.Equal([("sda", ReadState.Parse), ("sdb", ReadState.Ok)],
            reading.All.Select(drive => (drive.Drive.Device, drive.State)));
        Assert.Equal((null, false), (reading.All[0].Health, reading.All[0].Message.Length == 0));
        Assert.Equal(1, reading.Folder!.Files[problem]);
        Assert.Equal(1, reading.Folder.Files.Values.Sum());
        CheckPage(reading);
    }

    [Theory]
    [InlineData("a\nb.json", 1)]
    [InlineData("a\"b\\.json", 1)]
    [InlineData(".json", 0)]
    [InlineData("..json.json", 0)]
    [InlineData("\u202E.json", 1)]
    [InlineData("sda.json ", 1)]
    [InlineData("sda.json.json", 1)]
    public async Task A_strange_name_is_nothing_of_a_drive(string name, int foreign)
    {
        Write("sda.json", Good("sda"));
        Write(name, Good(Path.GetFileNameWithoutExtension(name)));

        var reading = await PollAsync();

        Assert.Equal(["sda", "sdb"], reading.All.Select(drive => drive.Drive.Device));
        Assert.Equal(foreign, reading.Folder!.Files[FolderProblems.Foreign]);
        CheckPage(reading);
    }

    [Fact]
    public async Task A_file_that_may_not_be_read_says_so()
    {
        Assert.SkipWhen(Environment.IsPrivilegedProcess, "Root may read every file.");
        Write("sda.json", Good("sda"));
        File.SetUnixFileMode(Path.Combine(Folder, "sda.json"), UnixFileMode.None);

        var reading = await PollAsync();

        Assert.Equal((ReadState.Parse, 1), (reading.All[0].State, reading.Folder!.Files[FolderProblems.Unreadable]));
    }

    [Fact]
    public async Task Of_ten_thousand_files_a_thousand_are_read_the_nodes_own_first()
    {
        Write("sda.json", Good("sda"));
        for (var i = 0; i < 10_000; i++)
            Write($"a{i}.json", "{");
        var before = GC.GetAllocatedBytesForCurrentThread();

        var reading = await PollAsync();

        Assert.All(reading.All, drive => Assert.Equal(ReadState.Ok, drive.State));
        Assert.Equal(
            (998, 9002), (reading.Folder!.Files[FolderProblems.Torn], reading.Folder.Files[FolderProblems.Surplus]));
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 64 << 20);
    }

    // The agent starts with what an earlier one left.
    [Theory]
    [InlineData("a FIFO")]
    [InlineData("a link out of the folder")]
    [InlineData("a link to a good file")]
    [InlineData("huge")]
    [InlineData("deeply nested")]
    public async Task The_agent_itself_starts_beside_a_bad_file_and_replaces_it(string what)
    {
        Make(what, Path.Combine(Folder, "sda.json"));
        var agent = new AgentFolder(
            new Fixed(SomeDrives.Reading(SomeDrives.Read(SomeDrives.Drive("sda"), SomeDrives.Incident()))),
            new HostFiles("/", TimeProvider.System), Folder, new(TimeSpan.FromMinutes(5), TimeSpan.FromMinutes(1)),
            new(NullLogger.Instance), _clock);

        await agent.ReadAsync(null, CancellationToken.None);

        var file = new FileInfo(Path.Combine(Folder, "sda.json"));
        Assert.Null(file.LinkTarget);
        Assert.Equal(ReadState.Ok, AgentFile.Parse(await File.ReadAllBytesAsync(file.FullName))!.State);
    }

    // One number after the other: what is read is what the agent may have written, or nothing.
    [Theory]
    [InlineData("9223372036854775808")]
    [InlineData("-5")]
    [InlineData("1e300")]
    public async Task A_number_of_no_agent_is_no_value(string bad)
    {
        var good = Good("sda");
        foreach (Match number in Number().Matches(good))
        {
            Write("sda.json", good[..number.Index] + bad + good[(number.Index + number.Length)..]);

            var reading = await PollAsync();

            CheckPage(reading);
            Assert.Equal(ReadState.Ok, reading.All[1].State);
        }
    }

    public void Dispose() => _node.Delete(recursive: true);

    private void Make(string what, string path)
    {
        switch (what)
        {
            case "a FIFO":
                OpenSsl.Run("mkfifo", path);
                break;
            case "a folder":
                Directory.CreateDirectory(path);
                break;
            case "a link to a good file":
                File.WriteAllText(Path.Combine(_node.FullName, "good"), Good("sda"));
                File.CreateSymbolicLink(path, "../good");
                break;
            case "a link out of the folder":
                File.CreateSymbolicLink(path, "/etc/passwd");
                break;
            case "a link to itself":
                File.CreateSymbolicLink(path, "sda.json");
                break;
            case "a link to a device":
                File.CreateSymbolicLink(path, "/dev/zero");
                break;
            case "huge":
                using (var file = File.Create(path))
                    file.SetLength(1L << 40);
                break;
            case "deeply nested":
                File.WriteAllText(path, "{\"schema\":1,\"device\":\"sda\",\"smartctl\":" + new string('[', 1_000_000));
                break;
            case "truncated":
                File.WriteAllText(path, Good("sda")[..^1]);
                break;
            case "text":
                File.WriteAllText(path, "root:x:0:0");
                break;
            default:
                File.WriteAllText(path, Good("sdc"));
                break;
        }
    }

    private static string Good(string device) => Encoding.UTF8.GetString(AgentFile.Of(
        SomeDrives.Read(SomeDrives.Drive(device), SomeDrives.Incident()) with
        {
            Deferrals = 1,
            History = new(Endurance: new(0.5, "attr202"), Pending: new(1, 2, 1_767_000_000)),
        },
        new(TimeSpan.FromMinutes(5), TimeSpan.FromMinutes(1)), SomeDrives.Noon).ToJson());

    private void Write(string name, string text) => File.WriteAllText(Path.Combine(Folder, name), text);

    private static void CheckPage(DrivesReading reading)
    {
        Assert.All(DrivesMetrics.Families.Text(reading).Samples(), line =>
        {
            var value = double.Parse(line[(line.LastIndexOf(' ') + 1)..], CultureInfo.InvariantCulture);
            Assert.True(value is >= 0 and < 1e15, line);
        });
        Assert.All(DrivesFindings.Judge(reading), finding => Assert.NotEmpty(finding.Summary));
    }

    private async Task<DrivesReading> PollAsync() => await new DrivesFolderProbe(
        new(_ => Task.FromResult<ImmutableArray<Drive>>(
            [SomeDrives.Drive("sda"), SomeDrives.Drive("sdb")])),
        _ => Task.FromResult(SomeDrives.Roles()), new HostFiles("/", TimeProvider.System), Folder,
        new(NullLogger.Instance), _clock).ReadAsync(null, CancellationToken.None);

    [GeneratedRegex("(?<=\":)-?[0-9.]+")]
    private static partial Regex Number();

    private sealed class Fixed(DrivesReading reading) : IProbe<DrivesReading>
    {
        public ValueTask<DrivesReading> ReadAsync(DrivesReading? previous, CancellationToken cancellationToken) =>
            new(reading);
    }
}
