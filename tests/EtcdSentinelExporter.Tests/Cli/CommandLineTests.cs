using EtcdSentinelExporter.Cli;
using EtcdSentinelExporter.Tests.Support;
using Xunit;

namespace EtcdSentinelExporter.Tests.Cli;

public sealed class CommandLineTests
{
    [Fact]
    public async Task Help_shows_every_setting_and_is_at_most_100_wide()
    {
        var (code, text, _) = await RunAsync("--help");

        Assert.Equal(0, code);
        Assert.All(Catalog.Settings.Rows, row => Assert.Contains($"  {row.Flag}", text, StringComparison.Ordinal));
        Assert.All(text.Split('\n'), line => Assert.InRange(line.Length, 0, 100));
    }

    [Fact]
    public async Task An_unknown_command_is_reported_with_all_commands_of_the_help()
    {
        var (_, help, _) = await RunAsync("--help");
        var (_, _, error) = await RunAsync("serv");

        var verbs = help[(help.IndexOf('[', StringComparison.Ordinal) + 1)..help.IndexOf(']', StringComparison.Ordinal)]
            .Split(" | ");
        Assert.Contains("smart-agent", verbs);
        Assert.All(verbs, verb => Assert.Contains($" {verb}", error, StringComparison.Ordinal));
    }

    [Fact]
    public async Task Drives_that_cannot_be_listed_end_with_1_and_the_remedy()
    {
        var (code, text, error) = await RunAsync("drives", "--suggest", "--drives.smartctl-path=/nowhere/smartctl");

        Assert.Equal((1, ""), (code, text));
        Assert.Equal(
            "Cannot list the drives: /nowhere/smartctl does not exist; correct drives.smartctl-path.\n", error);
    }

    [Fact]
    public async Task Version_is_one_line()
    {
        var (code, text, _) = await RunAsync("--version");

        Assert.Equal(0, code);
        Assert.Matches(@"^etcd-sentinel-exporter \d+\.\d+\.\d+.*\n$", text);
    }

    [Theory]
    [InlineData("\"--log.levl\" (command line): unknown setting; did you mean --log.level?", "--log.levl", "debug")]
    [InlineData("\"--log.levl\" (command line): unknown setting; did you mean --log.level?", "serve", "--log.levl=debug")]
    [InlineData("unknown command \"serv\"; commands: serve", "serv")]
    [InlineData("unknown command \"x\"; commands: serve", "serve", "x")]
    [InlineData("unknown command \"@file\"; commands: serve", "@file")]
    [InlineData("unknown command \"[diagram]\"; commands: serve", "[diagram]")]
    [InlineData("drives: nothing to do; write drives --suggest.", "drives")]
    [InlineData("\"--sugest\" (command line): unknown setting", "drives", "--sugest")]
    [InlineData("log.level: --log.level has no value; write --log.level=info.", "--log.level")]
    [InlineData("log.level: --log.level has no value; write --log.level=info.", "--log.level=")]
    [InlineData("path.rootfs: --path.rootfs has no value; write --path.rootfs=/.", "--path.rootfs", "--log.level=info")]
    [InlineData("log.level: \"loud\" (--log.level): write one of debug, info, warn, error.", "--log.level", "loud")]
    [InlineData("log.level: set 2 times (--log.level); set it once.", "--log.level=info", "--log.level=info")]
    [InlineData("config.file: \"@x\" (--config.file): no files here.", "--config.file=@x")]
    public async Task What_is_wrong_ends_with_64_and_its_name(string complaint, params string[] args)
    {
        var (code, _, error) = await RunAsync(args);

        Assert.Equal(64, code);
        Assert.Contains(complaint, error, StringComparison.Ordinal);
        Assert.Equal(2, error.Count(c => c == '\n'));
    }

    [Fact]
    public async Task Wrong_flags_variables_and_files_are_complained_about_together()
    {
        var (code, _, error) = await RunWithAsync(
            new(StringComparer.Ordinal) { ["ETCDSENTINEL_LOG_FORMAT"] = "xml" }, "--log.level=x", "--nothing",
                "--config.file=none");

        Assert.Equal(64, code);
        Assert.Equal(5, error.Count(c => c == '\n'));
    }

    [Fact]
    public async Task It_serves_until_it_is_told_to_stop()
    {
        using var stop = new CancellationTokenSource();
        await using var error = new StopWhenListening(stop);

        var code = await CommandLine.RunAsync(
            ["serve", "--web.listen-address", "127.0.0.1:0"], Outside(TextWriter.Null, error, []), stop.Token);

        Assert.Equal(0, code);
        Assert.Contains("level=info source=ServeHost msg=\"Started version", error.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_address_that_cannot_be_used_is_one_sentence_and_1()
    {
        var (code, _, error) = await RunAsync("--web.listen-address=192.0.2.1:1", "--log.level=debug");

        Assert.Equal(1, code);
        Assert.Equal(
            "web.listen-address: cannot listen on 192.0.2.1:1: address not available on this machine; "
            + "choose one of its addresses, or :10379 for all.\n",
            error);
    }

    private static Task<(int Code, string Out, string Error)> RunAsync(params string[] args) => RunWithAsync([], args);

    private static async Task<(int Code, string Out, string Error)> RunWithAsync(
        Dictionary<string, string> environment, params string[] args)
    {
        await using var output = new StringWriter();
        await using var error = new StringWriter();
        var code = await CommandLine.RunAsync(args, Outside(output, error, environment));
        return (code, output.ToString(), error.ToString());
    }

    private static CommandContext Outside(TextWriter output, TextWriter error, Dictionary<string, string> environment) =>
        new(output, error, environment, _ => throw new FormatException("no files here."), new FakeClock());

    private sealed class StopWhenListening(CancellationTokenSource stop) : StringWriter
    {
        public override void WriteLine(string? value)
        {
            base.WriteLine(value);
            if (value?.Contains("listening on http://127.0.0.1:", StringComparison.Ordinal) is true)
                stop.CancelAfter(0);
        }
    }
}
