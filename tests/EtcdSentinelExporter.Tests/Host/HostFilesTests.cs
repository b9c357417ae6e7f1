using System.Diagnostics;
using System.Net.Sockets;
using System.Text;
using EtcdSentinelExporter.Host;
using EtcdSentinelExporter.Tests.Support;
using Xunit;

namespace EtcdSentinelExporter.Tests.Host;

public sealed class HostFilesTests : IDisposable
{
    private const int Max = 1 << 20;

    private readonly TempNode _node = new();

    public void Dispose() => _node.Dispose();

    [Fact]
    public void A_file_is_read_below_the_root()
    {
        _node.With("/etc/a", "text");

        Assert.Equal("text", _node.Files.ReadText("/etc/a", Max));
    }

    [Fact]
    public void An_absolute_link_leads_to_the_nodes_file_and_not_to_ours()
    {
        _node.With("/etc/hostname", "the node").WithLink("/etc/kubernetes/name", "/etc/hostname");

        Assert.Equal("the node", _node.Files.ReadText("/etc/kubernetes/name", Max));
        Assert.Equal("/etc/hostname", _node.Files.Resolve("/etc/kubernetes/name"));
    }

    [Fact]
    public void A_relative_link_and_a_link_in_the_middle_are_followed()
    {
        _node.With("/real/folder/file", "found").WithLink("/etc/next", "../real/folder")
            .WithLink("/first", "./etc/next");

        Assert.Equal("found", _node.Files.ReadText("/first/file", Max));
    }

    [Theory]
    [InlineData("../../../../../../etc/passwd")]
    [InlineData("/../../etc/passwd")]
    [InlineData("a/../../../../etc/passwd")]
    public void No_link_leaves_the_root(string target)
    {
        _node.With("/a/x", "").WithLink("/a/link", target);

        Assert.Throws<FileNotFoundException>(() => _node.Files.Read("/a/link", Max));
        Assert.Throws<FileNotFoundException>(() => _node.Files.Read("/a/../../etc/passwd", Max));
    }

    [Fact]
    public void Forty_links_are_followed_and_one_more_is_not()
    {
        _node.With("/end", "reached").WithLink("/1", "end");
        foreach (var link in Enumerable.Range(2, 40))
            _node.WithLink($"/{link}", $"{link - 1}");

        Assert.Equal("reached", _node.Files.ReadText("/40", Max));
        var error = Assert.ThrowsAny<IOException>(() => _node.Files.Read("/41", Max));
        Assert.Equal("/41 has too many levels of symbolic links (more than 40); check for a loop", error.Message);
    }

    [Fact]
    public void A_circle_of_links_ends()
    {
        _node.WithLink("/a", "b").WithLink("/b", "/a").WithLink("/self", "self/self");

        Assert.ThrowsAny<IOException>(() => _node.Files.Read("/a", Max));
        Assert.ThrowsAny<IOException>(() => _node.Files.Read("/self", Max));
        Assert.True(_node.Files.Exists("/a"));
    }

    [Fact]
    public void A_dangling_link_is_a_missing_file()
    {
        _node.WithLink("/gone", "/nowhere");

        var error = Assert.Throws<FileNotFoundException>(() => _node.Files.Read("/gone", Max));

        Assert.Equal("/gone does not exist", error.Message);
        Assert.False(_node.Files.Exists("/gone"));
        Assert.True(_node.Files.IsLink("/gone"));
    }

    [Fact]
    public void A_file_taken_for_a_folder_is_a_missing_file()
    {
        _node.With("/file", "");

        Assert.Throws<FileNotFoundException>(() => _node.Files.Read("/file/below", Max));
    }

    [Fact]
    public void A_fifo_is_refused_without_waiting_for_a_writer()
    {
        using (var mkfifo = Process.Start("mkfifo", [_node.Real("/fifo")]))
            mkfifo.WaitForExit();

        var error = Assert.ThrowsAny<IOException>(() => _node.Files.Read("/fifo", Max));

        Assert.Equal("/fifo is a FIFO, not a regular file; name a file", error.Message);
    }

    [Theory]
    [InlineData("/dev/zero", "a character device")]
    [InlineData("/dev", "a folder")]
    public void Devices_and_folders_are_refused(string path, string type)
    {
        var files = new HostFiles("/", TimeProvider.System);

        var error = Assert.ThrowsAny<IOException>(() => files.Read(path, Max));

        Assert.StartsWith($"{path} is {type}", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_socket_is_refused()
    {
        using var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        socket.Bind(new UnixDomainSocketEndPoint(_node.Real("/s")));

        var error = Assert.ThrowsAny<IOException>(() => _node.Files.Read("/s", Max));

        Assert.StartsWith("/s is a socket", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_file_as_large_as_allowed_is_read_and_a_byte_more_is_not()
    {
        _node.With("/f", new string('x', 10_000));

        Assert.Equal(10_000, _node.Files.Read("/f", 10_000).Length);
        var error = Assert.ThrowsAny<IOException>(() => _node.Files.Read("/f", 9_999));
        Assert.StartsWith("/f is larger than the limit of 9999 bytes", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_huge_sparse_file_is_refused_before_it_is_read()
    {
        using (var file = File.Create(_node.Real("/huge")))
            file.SetLength(1L << 40);

        Assert.ThrowsAny<IOException>(() => _node.Files.Read("/huge", int.MaxValue - 64));
    }

    [Fact]
    public void A_file_that_claims_to_be_empty_is_read_to_its_end()
    {
        var files = new HostFiles("/", TimeProvider.System);

        Assert.Contains("Linux", files.ReadText("/proc/version", Max), StringComparison.Ordinal);
        Assert.ThrowsAny<IOException>(() => files.Read("/proc/version", 5));
    }

    [Fact]
    public async Task A_file_that_grows_while_it_is_read_never_gives_more_than_allowed()
    {
        _node.With("/log", "");
        using var stop = new CancellationTokenSource();
        var writer = Task.Run(async () =>
        {
            await using var file = File.AppendText(_node.Real("/log"));
            while (!stop.IsCancellationRequested && file.BaseStream.Length < 4 << 20)
                await file.WriteAsync(new string('x', 10_000));
        });

        int? longest = 0;
        while (longest is not null && !writer.IsCompleted)
            longest = LengthOf("/log", 100_000) is { } length ? Math.Max(longest.Value, length) : null;
        await stop.CancelAsync();
        await writer;

        Assert.True(longest is null or <= 100_000);
    }

    // A file of the kernel that is for writing only: the one kind that root may not read either.
    [Fact]
    public void What_may_not_be_read_is_forbidden_and_the_remedy_is_named()
    {
        const string WriteOnly = "/sys/net/ipv4/route/flush";
        var files = new HostFiles("/proc", TimeProvider.System);

        var error = Assert.Throws<UnauthorizedAccessException>(() => files.Read(WriteOnly, Max));

        Assert.Contains($"Cannot read {WriteOnly}: permission denied; run as root", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(new byte[] { 0xEF, 0xBB, 0xBF, (byte)'a' }, "a")]
    [InlineData(new byte[] { (byte)'a', 13, 10 }, "a\r\n")]
    public void Text_is_decoded_without_its_byte_order_mark(byte[] bytes, string expected) =>
        Assert.Equal(expected, HostFiles.Decode(bytes));

    [Theory]
    [InlineData(new byte[] { (byte)'a', 0 })]
    [InlineData(new byte[] { 0xC3 })]
    [InlineData(new byte[] { 0xFF, 0xFE, (byte)'a', 0 })]
    public void Binary_files_are_malformed_text(byte[] bytes) =>
        Assert.Throws<FormatException>(() => HostFiles.Decode(bytes));

    [Fact]
    public void A_folder_is_listed_in_order_by_the_nodes_paths()
    {
        _node.With("/etc/d/b", "").With("/etc/d/a", "").WithLink("/d", "/etc/d");

        Assert.Equal(["/d/a", "/d/b"], _node.Files.List("/d"), StringComparer.Ordinal);
        Assert.Equal(["/d", "/etc"], _node.Files.List("/"), StringComparer.Ordinal);
        Assert.Empty(_node.Files.List("/none"));
    }

    [Fact]
    public async Task A_half_written_file_is_read_once_more_after_50_ms()
    {
        var clock = new FakeClock();
        var files = new HostFiles(_node.With("/f", "half").Root, clock);

        var read = files.ReadParsedAsync("/f", Max, Whole, CancellationToken.None);
        clock.Advance(TimeSpan.FromMilliseconds(49));
        var early = read.IsCompleted;
        _node.With("/f", "whole");
        clock.Advance(TimeSpan.FromMilliseconds(1));

        Assert.False(early);
        Assert.Equal("whole", await read);
    }

    [Fact]
    public async Task A_file_that_stays_malformed_fails_after_the_second_read()
    {
        var clock = new FakeClock();
        var files = new HostFiles(_node.With("/f", "half").Root, clock);

        var read = files.ReadParsedAsync("/f", Max, Whole, CancellationToken.None);
        clock.Advance(TimeSpan.FromMilliseconds(50));

        await Assert.ThrowsAsync<FormatException>(() => read);
    }

    [Fact]
    public void A_path_that_is_not_absolute_is_a_mistake_of_the_caller() =>
        Assert.Throws<ArgumentException>(() => _node.Files.Read("etc/passwd", Max));

    private static string Whole(byte[] bytes) =>
        Encoding.UTF8.GetString(bytes) is "whole" ? "whole" : throw new FormatException("half");

    private int? LengthOf(string path, int maxBytes)
    {
        try
        {
            return _node.Files.Read(path, maxBytes).Length;
        }
        catch (IOException)
        {
            return null;
        }
    }
}
