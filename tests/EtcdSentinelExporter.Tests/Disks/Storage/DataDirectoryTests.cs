using EtcdSentinelExporter.Disks.Storage;
using EtcdSentinelExporter.Host;
using EtcdSentinelExporter.Tests.Support;
using Xunit;

namespace EtcdSentinelExporter.Tests.Disks.Storage;

public sealed class DataDirectoryTests : IDisposable
{
    private const string Folder = "/var/lib/etcd";
    private const string WalInside = Folder + "/member/wal";

    private readonly TempNode _node = new();

    [Fact]
    public void Every_file_belongs_to_one_part()
    {
        WriteMember();
        _node.With(Folder + "/backup/yesterday", "12345");

        var use = Look();

        Assert.Equal(DirectoryUse.Ok, use.State);
        Assert.Equal((1, 3), Part(use, DirectoryUse.Backend));
        Assert.Equal((2, 11), Part(use, DirectoryUse.Wal));
        Assert.Equal((1, 4), Part(use, DirectoryUse.Snapshots));
        Assert.Equal((1, 5), Part(use, DirectoryUse.Other));
    }

    [Fact]
    public void A_file_with_holes_is_longer_than_what_the_disk_gave()
    {
        WriteMember();
        using (var file = File.OpenWrite(_node.Real(Folder + "/member/snap/db")))
            file.SetLength(64 << 20);

        var backend = Assert.Single(Look().Parts, part => part.Name == DirectoryUse.Backend).Use;

        Assert.Equal(64 << 20, backend.Bytes);
        Assert.InRange(backend.AllocatedBytes, 0, 1 << 20);
    }

    [Fact]
    public void A_file_with_several_names_counts_once_as_du_counts()
    {
        WriteMember();
        _node.With(Folder + "/backup/a", "123");
        Link("/backup/a", "/backup/b");
        Link("/member/snap/db", "/backup/db");

        var use = Look();

        Assert.Equal((1, 3), Part(use, DirectoryUse.Backend));
        Assert.Equal((1, 3), Part(use, DirectoryUse.Other));
    }

    [Fact]
    public void A_wal_that_lies_elsewhere_is_no_part_of_the_data_directory()
    {
        WriteMember();
        _node.With("/wal/0.wal", "1234567");
        var directory = new DataDirectory(new HostPath(_node.Root));

        Assert.DoesNotContain(directory.Data(Folder, "/wal").Parts, part => part.Name == DirectoryUse.Wal);
        Assert.Equal((1, 7), Part(directory.Wal("/wal"), DirectoryUse.Wal));
    }

    [Fact]
    public void A_wal_in_another_folder_of_the_data_directory_counts_once()
    {
        WriteMember();
        _node.With(Folder + "/log/0.wal", "1234567");

        var use = new DataDirectory(new HostPath(_node.Root)).Data(Folder, Folder + "/log");

        Assert.Equal((1, 7), Part(use, DirectoryUse.Wal));
        Assert.Equal((2, 11), Part(use, DirectoryUse.Other));
    }

    [Fact]
    public void A_wal_that_is_a_link_into_the_node_is_followed_and_other_links_are_not()
    {
        WriteMember();
        Directory.Delete(_node.Real(WalInside), recursive: true);
        _node.With("/disk2/wal/0.wal", "1234567").WithLink(WalInside, "/disk2/wal");
        _node.With("/disk2/huge/file", "12345678").WithLink(Folder + "/elsewhere", "/disk2/huge")
            .WithLink(Folder + "/file", "/disk2/huge/file");

        var use = Look();

        Assert.Equal((1, 7), Part(use, DirectoryUse.Wal));
        Assert.Equal((0, 0), Part(use, DirectoryUse.Other));
    }

    [Fact]
    public void A_folder_that_is_not_there_is_missing() => Assert.Equal(DirectoryUse.Missing, Look().State);

    [Theory]
    [InlineData("/var/lib/etcd/lost+found/")]
    [InlineData("/var/lib/etcd/")]
    public void A_folder_without_a_member_is_empty(string folder)
    {
        Directory.CreateDirectory(_node.Real(folder));

        Assert.Equal(DirectoryUse.Empty, Look().State);
    }

    [Fact]
    public void A_file_in_its_place_and_links_in_a_circle_are_unreadable()
    {
        _node.With(Folder, "file");
        _node.WithLink("/a", "/b").WithLink("/b", "/a");
        var directory = new DataDirectory(new HostPath(_node.Root));

        Assert.Equal(DirectoryUse.Unreadable, directory.Data(Folder, WalInside).State);
        Assert.Equal(DirectoryUse.Unreadable, directory.Wal("/a").State);
    }

    [Fact]
    public void A_member_that_answers_with_an_error_is_unreadable_and_not_missed()
    {
        // Two characters more are still a path for the kernel, and seven are too many.
        var path = "";
        while (_node.Root.Length + path.Length < 4090)
            path += "/" + new string('x', Math.Min(200, Math.Max(1, 4090 - _node.Root.Length - path.Length - 1)));
        Directory.CreateDirectory(_node.Root + path + "/y");

        Assert.Equal(
            DirectoryUse.Unreadable,
            new DataDirectory(new HostPath(_node.Root)).Data(path, path + "/member/wal").State);
    }

    [Fact]
    public void A_part_that_is_gone_leaves_the_others()
    {
        WriteMember();
        File.Delete(_node.Real(Folder + "/member/snap/db"));

        var use = Look();

        Assert.Equal(DirectoryUse.Incomplete, use.State);
        Assert.Equal(["snapshots", "other", "wal"], use.Parts.Select(part => part.Name));
    }

    [Fact]
    public void A_part_that_is_too_deep_has_no_size_rather_than_a_wrong_one()
    {
        WriteMember();
        _node.With(Folder + string.Concat(Enumerable.Repeat("/deep", FolderUse.MaxLevels)) + "/file", "x");

        var use = Look();

        Assert.Equal(DirectoryUse.Incomplete, use.State);
        Assert.DoesNotContain(use.Parts, part => part.Name == DirectoryUse.Other);
    }

    [Fact]
    public void A_part_with_too_many_files_has_no_size_rather_than_a_wrong_one()
    {
        WriteMember();
        for (var file = 0; file < FolderUse.MaxEntries; file++)
            File.CreateSymbolicLink(_node.Real($"{WalInside}/{file}.link"), "x");

        Assert.DoesNotContain(Look().Parts, part => part.Name == DirectoryUse.Wal);
    }

    private void Link(string from, string to)
    {
        using var ln = System.Diagnostics.Process.Start(
            "ln", [_node.Real(Folder + from), _node.Real(Folder + to)]);
        ln.WaitForExit();
    }

    public void Dispose() => _node.Dispose();

    private DirectoryUse Look() => new DataDirectory(new HostPath(_node.Root)).Data(Folder, WalInside);

    private static (int Files, double Bytes) Part(DirectoryUse use, string name) =>
        Assert.Single(use.Parts, part => part.Name == name).Use is var part ? (part.Files, part.Bytes) : default;

    private void WriteMember() => _node
        .With(Folder + "/member/snap/db", "123")
        .With(Folder + "/member/snap/0000000000000002-0000000000000001.snap", "1234")
        .With(WalInside + "/0000000000000000-0000000000000000.wal", "1234567890")
        .With(WalInside + "/0.tmp", "1");
}
