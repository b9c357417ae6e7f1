using System.Text;
using EtcdSentinelExporter.Cli;
using EtcdSentinelExporter.Tests.Support;
using Xunit;

namespace EtcdSentinelExporter.Tests.Cli;

public sealed class TextfileTests : IDisposable
{
    private readonly TempNode _node = new();

    private string Target => Path.Combine(_node.Root, "etcd.prom");

    [Fact]
    public async Task No_link_is_followed()
    {
        _node.With("/victim", "kept").WithLink("/etcd.prom", _node.Real("/victim"))
            .WithLink($"/etcd.prom.{Environment.ProcessId}.tmp", _node.Real("/victim"));

        await WriteAsync("a 1\n");

        Assert.Equal("kept", await File.ReadAllTextAsync(_node.Real("/victim")));
        Assert.Null(new FileInfo(Target).LinkTarget);
        Assert.StartsWith("a 1\n", await File.ReadAllTextAsync(Target), StringComparison.Ordinal);
        // What this run did not create stays.
        Assert.NotNull(new FileInfo($"{Target}.{Environment.ProcessId}.tmp").LinkTarget);
    }

    [Fact]
    public async Task All_may_read_it_and_only_the_owner_may_write()
    {
        await WriteAsync("a 1\n");

        Assert.Equal(
            UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupRead | UnixFileMode.OtherRead,
            File.GetUnixFileMode(Target));
    }

    [Fact]
    public async Task Families_that_node_exporter_has_itself_are_left_out()
    {
        await WriteAsync("""
            # HELP process_open_fds Open files.
            # TYPE process_open_fds gauge
            process_open_fds 7
            # HELP etcd_sentinel_processes The word process_ inside a line is none.
            # TYPE etcd_sentinel_processes gauge
            etcd_sentinel_processes{name="process_x"} 1

            """);

        var lines = await File.ReadAllLinesAsync(Target);
        Assert.DoesNotContain(lines, line => line.Contains("process_open_fds", StringComparison.Ordinal));
        Assert.Equal(3, lines.Count(line => line.Contains("etcd_sentinel_processes", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task A_file_that_cannot_be_replaced_leaves_nothing_behind()
    {
        Directory.CreateDirectory(Path.Combine(Target, "full"));

        await Assert.ThrowsAnyAsync<Exception>(() => WriteAsync("a 1\n"));

        Assert.Empty(Directory.GetFiles(_node.Root));
    }

    public void Dispose() => _node.Dispose();

    private Task WriteAsync(string metrics) => Textfile.WriteAsync(
        Target, Encoding.UTF8.GetBytes(metrics), DateTimeOffset.UnixEpoch, TestContext.Current.CancellationToken);
}
