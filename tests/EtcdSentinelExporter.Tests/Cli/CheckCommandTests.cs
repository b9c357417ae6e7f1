using System.Text;
using System.Text.Json;
using EtcdSentinelExporter.Cli;
using EtcdSentinelExporter.Disks.Drives;
using EtcdSentinelExporter.Etcd.Client;
using EtcdSentinelExporter.Etcd.Members;
using EtcdSentinelExporter.Tests.Diagnosis;
using EtcdSentinelExporter.Tests.Disks.Drives;
using EtcdSentinelExporter.Tests.Etcd.Members;
using EtcdSentinelExporter.Tests.Support;
using Xunit;

namespace EtcdSentinelExporter.Tests.Cli;

public sealed class CheckCommandTests : IDisposable
{
    private readonly TempNode _node = new();

    private string State => Path.Combine(_node.Root, "state");

    [Fact]
    public async Task All_mistakes_are_said_at_once()
    {
        var (code, text, error) = await RunAsync(
            "--window=1ms", "--output=xml", "--only=members,discs", "--plugin", "--textfile=/x", "--nothing");

        Assert.Equal((64, ""), (code, text));
        Assert.All(
            (string[])["--window \"1ms\"", "--output \"xml\"", "--only \"members,discs\"", "--plugin and", "--nothing"],
            mistake => Assert.Contains(mistake, error, StringComparison.Ordinal));
        Assert.Contains("members,keyspace,certificates,drives,storage", error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Where_nothing_is_installed_nothing_is_ok()
    {
        var (code, text, error) = await RunAsync("--only=members,certificates", "--window=1s");

        Assert.Equal((3, ""), (code, error));
        Assert.StartsWith("UNKNOWN: No etcd was found on this node", text, StringComparison.Ordinal);
        Assert.DoesNotContain('\u001b', text);
    }

    [Fact]
    public async Task JSON_is_the_report()
    {
        var (_, text, _) = await RunAsync("--only=certificates", "--output=json");

        using var json = JsonDocument.Parse(text);
        Assert.Equal(1, json.RootElement.GetProperty("schema").GetInt32());
        Assert.Equal("certificates", json.RootElement.GetProperty("tables").GetProperty("collectors")[0]
            .GetProperty("collector").GetString());
    }

    [Fact]
    public async Task The_plugin_is_one_line_of_80_bytes_and_its_own_exit_codes()
    {
        var (code, text, _) = await RunAsync("--plugin", "--only=members", "--window=1s");

        Assert.Equal(2, code);
        Assert.InRange(Encoding.UTF8.GetByteCount(text.TrimEnd('\n')), 20, 80);
        Assert.Equal(1, text.Count(c => c == '\n'));
        Assert.StartsWith("unknown: No etcd was found on this node", text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_textfile_comes_whole_and_nothing_is_left_beside_it()
    {
        var folder = Path.Combine(_node.Root, "textfile");
        Directory.CreateDirectory(folder);

        var (_, text, _) = await RunAsync("--only=certificates", $"--textfile={folder}/etcd.prom");

        var file = Assert.Single(Directory.GetFiles(folder));
        var lines = await File.ReadAllLinesAsync(file);
        Assert.Empty(text);
        Assert.Contains("etcd_sentinel_poll_success{collector=\"certificates\"} 1", lines);
        Assert.Matches(@"^etcd_sentinel_last_run_timestamp_seconds \d{10}", lines[^1]);
        Assert.True(File.GetUnixFileMode(file).HasFlag(UnixFileMode.OtherRead));
    }

    [Fact]
    public async Task A_textfile_that_cannot_be_written_is_said()
    {
        var (code, _, error) = await RunAsync("--only=certificates", $"--textfile={_node.Root}/missing/etcd.prom");

        Assert.Equal(3, code);
        Assert.StartsWith("Cannot write the result: ", error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_output_that_is_closed_is_said()
    {
        await using var closed = new StreamWriter(new FullStream());

        var (code, _, error) = await RunAsync(Context(closed), "--only=certificates");

        Assert.Equal(3, code);
        Assert.StartsWith("Cannot write the result: ", error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task One_check_at_a_time()
    {
        using var other = CheckMemory.Open(Context(TextWriter.Null));

        var (code, text, error) = await RunAsync("--only=certificates");

        Assert.Equal((3, "", "Another check is running on this node; wait until it ends.\n"), (code, text, error));
    }

    [Fact]
    public void What_hangs_is_not_asked_again_for_five_minutes()
    {
        var now = SomeReports.Noon;
        var hung = SomeReports.Member with
        {
            Status = null,
            Failure = new(EtcdReason.Timeout, "No response within 1.5 s."),
        };
        var drive = new DriveReading(SomeDrives.Drive("sda")) { State = "hung" };
        Save(now, hung, drive);
        Save(now.AddMinutes(1), hung, drive);

        using var memory = CheckMemory.Open(Context(TextWriter.Null))!;

        // The second run did not ask, so it does not make the pause longer.
        var member = Assert.Single(memory.Members(now.AddMinutes(4))!.Members);
        Assert.Equal(now.AddMinutes(5), member.StatusNotBefore);
        Assert.Equal(now.AddMinutes(5), Assert.Single(memory.Drives(now.AddMinutes(4))!.All).DueAt);
        Assert.Null(memory.Members(now.AddMinutes(5)));
        Assert.Null(memory.Drives(now.AddMinutes(5)));
    }

    [Theory]
    [InlineData("")]
    [InlineData("{")]
    [InlineData("{\"members\":null,\"drives\":[],\"peers\":[]}")]
    [InlineData("{\"members\":[],\"drives\":[],\"peers\":[\"not a url\"]}")]
    public void Notes_that_are_broken_are_no_notes(string text)
    {
        Directory.CreateDirectory(State);
        File.WriteAllText(Path.Combine(State, "check.json"), text);

        using var memory = CheckMemory.Open(Context(TextWriter.Null))!;

        Assert.Null(memory.Members(SomeReports.Noon));
        Assert.Empty(memory.Peers(SomeMembers.Reading(SomeMembers.Member)));
    }

    [Fact]
    public async Task A_runbook_is_printed_and_a_wrong_name_is_corrected()
    {
        var found = await CommandAsync(Context, "runbook", "EtcdNoSpaceAlarm");
        var wrong = await CommandAsync(Context, "runbook", "EtcdNoSpaceAlam");

        Assert.StartsWith("# EtcdNoSpaceAlarm\n", found.Text, StringComparison.Ordinal);
        Assert.Equal(64, wrong.Code);
        Assert.Contains("did you mean EtcdNoSpaceAlarm?", wrong.Error, StringComparison.Ordinal);
    }

    public void Dispose() => _node.Dispose();

    private void Save(DateTimeOffset now, MemberReading member, DriveReading drive)
    {
        using var memory = CheckMemory.Open(Context(TextWriter.Null))!;
        memory.Save(
        [
            SomeReports.Poll("members", SomeMembers.Reading(member), MembersFindings.Judge),
            SomeReports.Poll("drives", SomeDrives.Reading(drive), DrivesFindings.Judge),
        ], now);
    }

    private CommandContext Context(TextWriter to) => new(
        to, new StringWriter(), new Dictionary<string, string>(StringComparer.Ordinal), _ => "", TimeProvider.System)
    {
        StateFolder = State,
    };

    private Task<(int Code, string Text, string Error)> RunAsync(params string[] options) =>
        CommandAsync(Context, ["check", .. Roots, .. options]);

    private Task<(int Code, string Text, string Error)> RunAsync(CommandContext context, params string[] options) =>
        CommandAsync(_ => context, ["check", .. Roots, .. options]);

    // Port 1: no exporter of this machine is asked.
    private string[] Roots =>
    [
        $"--path.rootfs={_node.Root}", $"--path.procfs={_node.Root}/proc", $"--path.sysfs={_node.Root}/sys",
        "--etcd.processes=false", "--web.listen-address=127.0.0.1:1",
    ];

    private static async Task<(int Code, string Text, string Error)> CommandAsync(
        Func<TextWriter, CommandContext> context, params string[] words)
    {
        await using var text = new StringWriter();
        var used = context(text);
        var code = await CommandLine.RunAsync(words, used);
        return (code, text.ToString(), used.Error.ToString()!);
    }

    private sealed class FullStream : Stream
    {
        public override bool CanRead => false;

        public override bool CanSeek => false;

        public override bool CanWrite => true;

        public override long Length => 0;

        public override long Position { get; set; }

        public override void Flush()
        {
        }

        public override int Read(byte[] buffer, int offset, int count) => 0;

        public override long Seek(long offset, SeekOrigin origin) => 0;

        public override void SetLength(long value)
        {
        }

        public override void Write(byte[] buffer, int offset, int count) => throw new IOException("No space left");
    }
}
