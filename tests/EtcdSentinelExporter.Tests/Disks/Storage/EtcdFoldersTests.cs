using System.Collections.Immutable;
using EtcdSentinelExporter.Disks.Block;
using EtcdSentinelExporter.Disks.Storage;
using EtcdSentinelExporter.Host;
using EtcdSentinelExporter.Tests.Support;
using Xunit;

namespace EtcdSentinelExporter.Tests.Disks.Storage;

public sealed class EtcdFoldersTests : IDisposable
{
    private readonly TempNode _node = new();

    [Fact]
    public async Task A_wal_inside_the_data_directory_is_counted_there_alone()
    {
        WriteMember();

        var folders = await LookAsync("/etcd", wal: null);

        Assert.Equal(["etcd_data /etcd ok", "etcd_wal /etcd/member/wal ok"], folders.Select(Text));
        Assert.Contains(folders[0].Use.Parts, part => part.Name == DirectoryUse.Wal);
        Assert.Empty(folders[1].Use.Parts);
        Assert.Equal(folders[0].Space!.SizeBytes, folders[1].Space!.SizeBytes);
    }

    [Fact]
    public async Task A_wal_elsewhere_is_counted_under_its_own_path()
    {
        WriteMember();
        _node.With("/wal/0.wal", "1");

        var folders = await LookAsync("/etcd", "/wal");

        Assert.Equal(["etcd_data /etcd ok", "etcd_wal /wal ok"], folders.Select(Text));
        Assert.Equal(DirectoryUse.Wal, Assert.Single(folders[1].Use.Parts).Name);
    }

    [Fact]
    public async Task A_folder_that_is_not_there_has_a_state_and_no_room()
    {
        var folder = (await LookAsync("/etcd", "/wal"))[0];

        Assert.Equal((DirectoryUse.Missing, null), (folder.Use.State, folder.Space));
    }

    [Fact]
    public async Task What_was_in_a_folder_once_is_missed_until_it_is_there_again()
    {
        var folders = Folders("/etcd", wal: null);
        var joining = await ReadAsync(folders, []);
        WriteMember();
        var whole = await ReadAsync(folders, joining);
        Directory.Delete(_node.Real("/etcd/member"), recursive: true);
        var emptied = await ReadAsync(folders, whole);
        Directory.Delete(_node.Real("/etcd"));
        var removed = await ReadAsync(folders, emptied);
        WriteMember();
        var restored = await ReadAsync(folders, removed);

        Assert.Equal(
            [(DirectoryUse.Missing, false), (DirectoryUse.Ok, false), (DirectoryUse.Empty, true),
            (DirectoryUse.Missing, true), (DirectoryUse.Ok, false)],
            new[] { joining, whole, emptied, removed, restored }.Select(all => (all[0].Use.State, all[0].IsGone)));
    }

    [Fact]
    public async Task Where_nobody_says_what_etcd_uses_there_are_no_folders() =>
        Assert.Empty(await LookAsync(data: null, wal: null));

    [Fact]
    public async Task Only_the_file_system_itself_makes_a_folder_read_only()
    {
        WriteMember();
        var mount = new Mount("8:1", "/", "ext4", "/dev/sda1") { IsReadOnly = true };
        var roles = new DiskRoles([new(new(DiskRole.EtcdData, "", "/etcd"), "/etcd") { Mount = mount }]);

        var folders = await Folders("/etcd", wal: null).ReadAsync(roles, [], CancellationToken.None);

        Assert.Equal([true, null], folders.Select(folder => folder.IsReadOnly));
    }

    [Fact]
    public async Task At_the_end_of_the_poll_what_is_missing_is_said_to_be_unreadable()
    {
        WriteMember();

        var folders = await Folders("/etcd", wal: null)
            .ReadAsync(DiskRoles.Unknown, [], new CancellationToken(canceled: true));

        Assert.All(folders, folder => Assert.Equal((DirectoryUse.Unreadable, null), (folder.Use.State, folder.Space)));
    }

    public void Dispose() => _node.Dispose();

    private static string Text(EtcdFolder folder) => $"{folder.Of.Role} {folder.Of.Path} {folder.Use.State}";

    private EtcdFolders Folders(string? data, string? wal) =>
        new(new HostPath(_node.Root), new(data, wal, []), new(_node.Files, _node.Files), Patience.Limit, TimeProvider.System);

    private async Task<EtcdFolder[]> LookAsync(string? data, string? wal) =>
        [.. await Folders(data, wal).ReadAsync(DiskRoles.Unknown, [], CancellationToken.None)];

    private static Task<ImmutableArray<EtcdFolder>> ReadAsync(
        EtcdFolders folders, ImmutableArray<EtcdFolder> previous) =>
        folders.ReadAsync(DiskRoles.Unknown, previous, CancellationToken.None);

    private void WriteMember() => _node.With("/etcd/member/snap/db", "123").With("/etcd/member/wal/0.wal", "1");
}
