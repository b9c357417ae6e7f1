using System.Globalization;
using System.Text.RegularExpressions;
using EtcdSentinelExporter.Tests.Support;
using Etcdserverpb;
using Microsoft.AspNetCore.Http;
using Xunit;

namespace EtcdSentinelExporter.IntegrationTests.Check;

/// <summary>The command <c>check</c> beside a running exporter, on a terminal, interrupted, and with a member that says
/// too much.</summary>
public sealed partial class CheckSurroundingsTests : IDisposable
{
    private readonly CheckFolder _folder = new();

    // By itself it would find no etcd: its own folder is empty.
    [Fact]
    public async Task Plugin_and_textfile_take_what_the_running_exporter_knows()
    {
        await using var cluster = await EtcdCluster.StartAsync(new() { Members = 1 });
        await using var sentinel = await Sentinel.StartAsync(
            cluster.Members[0].Node.Root, $"--path.rootfs={cluster.Members[0].Node.Root}", "--drives.enabled=false",
            "--storage.enabled=false", "--certificates.enabled=false");
        await sentinel.WaitAsync(page => page.Value("etcd_sentinel_member_up") is 1, "the member answers");
        var textfile = Path.Combine(_folder.Path, "etcd.prom");
        var listen = $"--web.listen-address={sentinel.Address.Authority}";

        var (code, line) = await RunAsync("--plugin", listen);
        var (written, nothing) = await RunAsync($"--textfile={textfile}", listen);

        Assert.Equal((0, "ok: 1 of 1 etcd members answer and have a quorum"), (code, line.Split(',')[0]));
        Assert.Equal((0, ""), (written, nothing));
        var metrics = await File.ReadAllTextAsync(textfile);
        Assert.Contains("\netcd_sentinel_member_up{", metrics, StringComparison.Ordinal);
        Assert.Contains("\netcd_sentinel_last_run_timestamp_seconds ", metrics, StringComparison.Ordinal);
        Assert.DoesNotContain("\nprocess_", metrics, StringComparison.Ordinal);
        // It took no notes, because it polled nothing.
        Assert.False(Directory.Exists(Path.Combine(_folder.Path, "etcd-sentinel-check")));
    }

    // Two responses are almost as large as a response may be, and one is larger.
    [Theory]
    [InlineData(30_000, "{0}", "a reports an error that is not known here: 1 and 15 more errors.")]
    [InlineData(8_000, "memberID:{0} alarm:NOSPACE ", " and 123 more is active: the cluster rejects writes.")]
    [InlineData(60_000, "memberID:{0} alarm:NOSPACE ", "does not answer (too_large)")]
    public async Task A_member_with_very_many_errors_makes_neither_the_output_nor_the_memory_large(
        int count, string error, string sentence)
    {
        var status = Status();
        status.Errors.AddRange(Enumerable.Range(1, count).Select(
            id => string.Format(CultureInfo.InvariantCulture, error, id)));
        await using var etcd = await FakeEtcd.StartAsync(context => AnswerAsync(context, status));

        var (code, output) = await CleanProcess.TryRunAsync("env",
        [
            $"RUNTIME_DIRECTORY={_folder.Path}", "DOTNET_GCHeapHardLimit=0x3000000", Sentinel.Program, "check",
            "--only=members", "--window=1s", $"--etcd.endpoints={etcd.Endpoint.Text}", "--etcd.processes=false",
            $"--path.rootfs={_folder.Path}", CheckProgram.NoExporter,
        ]);

        Assert.InRange(code, 2, 3);
        Assert.InRange(output.Length, 500, 10_000);
        Assert.Contains(sentence, Joined(output), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Ctrl_C_ends_it_at_once()
    {
        var notes = Path.Combine(_folder.Path, "etcd-sentinel-check/check.json");
        // A shell that starts the tests in the background lets them ignore Ctrl-C.
        using var check = CleanProcess.Start(Path.Combine(_folder.Path, "log"), "env",
        [
            "--default-signal=INT", $"RUNTIME_DIRECTORY={_folder.Path}", Sentinel.Program, "check", "--only=storage",
            "--window=5m", .. Roots,
        ]);
        await Wait.UntilAsync(() => Task.FromResult(File.Exists(notes)), "it works");

        await CleanProcess.SignalAsync(check, "INT");

        await Wait.UntilAsync(() => Task.FromResult(check.HasExited), "it ends");
        Assert.Equal(130, check.ExitCode);
        Assert.DoesNotContain(
            "xception", await File.ReadAllTextAsync(Path.Combine(_folder.Path, "log")), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("xterm", "", true)]
    [InlineData("xterm", "1", false)]
    [InlineData("dumb", "", false)]
    public async Task A_terminal_of_20_columns_is_filled_and_not_exceeded(string term, string noColour, bool hasColours)
    {
        Assert.SkipUnless(File.Exists("/usr/bin/script"), "Needs script of Debian's bsdutils, for a terminal.");
        var (code, output) = await CleanProcess.TryRunAsync("script",
        [
            "-qec", $"stty cols 20; export TERM={term} NO_COLOR={noColour} RUNTIME_DIRECTORY={_folder.Path}; "
                + $"exec {Sentinel.Program} check --only=members,certificates --window=1s {string.Join(' ', Roots)}",
            "/dev/null",
        ]);

        Assert.Equal(3, code);
        Assert.Equal(hasColours, output.Contains("\u001b[1m", StringComparison.Ordinal)
            || output.Contains("\u001b[1;", StringComparison.Ordinal));
        Assert.Equal(term != "dumb", output.Contains("checking", StringComparison.Ordinal));
        var lines = Escapes().Replace(output.Split("\u001b[K")[^1], "").Replace("\r", "", StringComparison.Ordinal).Split('\n');
        Assert.All(lines, line => Assert.InRange(line.Length, 0, 20));
        Assert.Contains(lines, line => line.StartsWith("UNKNOWN:", StringComparison.Ordinal));
    }

    public void Dispose() => _folder.Dispose();

    private string[] Roots =>
        [$"--path.rootfs={_folder.Path}", "--etcd.processes=false", CheckProgram.NoExporter];

    private Task<(int Code, string Output)> RunAsync(params string[] options) => CleanProcess.TryRunAsync("env",
        [$"RUNTIME_DIRECTORY={_folder.Path}", Sentinel.Program, "check", $"--path.rootfs={_folder.Path}", .. options]);

    // Lines of a sentence as one.
    private static string Joined(string output) => string.Join(' ', output.Split('\n').Select(line => line.Trim()));

    private static Task AnswerAsync(HttpContext context, StatusResponse status) => FakeEtcd.AnswerAsync(context,
        context.Request.Path.Value!.Split('/')[^1] switch
        {
            "Status" => status,
            "MemberList" => new MemberListResponse { Members = { new Member { ID = 1, Name = "a" } } },
            _ => new RangeResponse(),
        });

    private static StatusResponse Status() => new()
    {
        Header = new() { MemberId = 1, ClusterId = 2 },
        Version = "3.5.21",
        Leader = 1,
        RaftTerm = 3,
    };

    [GeneratedRegex("\u001b\\[[0-9;?]*[A-Za-z]")]
    private static partial Regex Escapes();
}
