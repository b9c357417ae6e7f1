namespace EtcdSentinelExporter.IntegrationTests.Runbooks;

/// <summary>An empty disk for a node: a file that the kernel takes for one. Unmounted when disposed.</summary>
internal sealed class RunbookDisk : IAsyncDisposable
{
    private const long Bytes = 512L * 1024 * 1024;
    private readonly NodeFolder _node;
    private readonly string _image;

    public RunbookDisk(NodeFolder node)
    {
        _node = node;
        _image = Path.Combine(node.Root, "disk.image");
        using var file = File.Create(_image);
        file.SetLength(Bytes);
    }

    public string Localize(string commands) => commands.Replace("/dev/nvme1n1", _image, StringComparison.Ordinal);

    /// <summary>What is mounted at the data directory.</summary>
    public async Task<string> FileSystemAsync() =>
        (await CleanProcess.RunAsync("/bin/findmnt", ["-n", "-o", "FSTYPE", _node.DataDir])).Trim();

    public async ValueTask DisposeAsync()
    {
        // Lazily: a member that a failed test left running keeps its files until it is killed.
        foreach (var path in (string[])[_node.DataDir, Path.Combine(_node.Root, "mnt/etcd-new")])
            await CleanProcess.RunAsync("/bin/sh", ["-c", "umount -l \"$0\" 2>/dev/null || true", path]);
    }
}
