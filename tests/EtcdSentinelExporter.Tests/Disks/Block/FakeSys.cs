using EtcdSentinelExporter.Host;
using EtcdSentinelExporter.Tests.Support;

namespace EtcdSentinelExporter.Tests.Disks.Block;

/// <summary>A <c>/sys</c> as the kernel lays it out: folders of devices, and links to them.</summary>
/// <remarks>By Documentation/ABI/testing/sysfs-block, sysfs-fs-btrfs and sysfs-devices-…; nothing is recorded from
/// anybody's machine.</remarks>
internal sealed class FakeSys : IDisposable
{
    private readonly TempNode _node = new();

    public string Root => _node.Root;

    public HostFiles Files => _node.Files;

    /// <summary>A whole disk.</summary>
    public FakeSys Disk(string name, string number, string serial = "S-1", string wwid = "")
    {
        var bus = $"/devices/pci0000:00/{name}-bus";
        _node.With($"{bus}/serial", serial + "\n");
        Device($"{bus}/block/{name}", number);
        _node.WithLink($"{bus}/block/{name}/device", "../..");
        if (wwid.Length > 0)
            _node.With($"{bus}/block/{name}/wwid", wwid + "\n");
        return Listed(name, $"{bus}/block/{name}");
    }

    public FakeSys Partition(string disk, string name, string number)
    {
        var folder = $"{Folder(disk)}/{name}";
        Device(folder, number);
        _node.With($"{folder}/partition", "1\n");
        return Listed(name, folder, isWhole: false);
    }

    /// <summary>Something on top of others, or a virtual device.</summary>
    /// <param name="kind">A file that tells what it is, and its text: <c>dm/uuid=CRYPT-…</c>.</param>
    public FakeSys Stacked(string name, string number, string kind, params string[] slaves)
    {
        var folder = $"/devices/virtual/block/{name}";
        Device(folder, number);
        if (kind.Split('=') is [var file, var text])
            _node.With($"{folder}/{file}", text + "\n");
        foreach (var slave in slaves)
            _node.WithLink($"{folder}/slaves/{slave}", Folder(slave));
        return Listed(name, folder);
    }

    public FakeSys With(string path, string text)
    {
        _node.With(path, text);
        return this;
    }

    public FakeSys Btrfs(string uuid, params string[] members)
    {
        foreach (var member in members)
            _node.WithLink($"/fs/btrfs/{uuid}/devices/{member}", Folder(member));
        return this;
    }

    public FakeSys Slave(string of, string slave)
    {
        _node.WithLink($"{Folder(of)}/slaves/{slave}", Folder(slave));
        return this;
    }

    public string Folder(string name) =>
        _node.Files.Exists($"/class/block/{name}")
            ? _node.Files.Resolve($"/class/block/{name}")
            : $"/devices/gone/{name}";

    public void Dispose() => _node.Dispose();

    private void Device(string folder, string number) =>
        _node.With($"{folder}/dev", number + "\n").With($"{folder}/size", "2048\n")
            .WithLink($"/dev/block/{number}", folder);

    private FakeSys Listed(string name, string folder, bool isWhole = true)
    {
        _node.WithLink($"/class/block/{name}", folder);
        if (isWhole)
            _node.WithLink($"/block/{name}", folder);
        return this;
    }
}
