using System.Text;
using EtcdSentinelExporter.Host;

namespace EtcdSentinelExporter.Lab.Fuzzing.Targets;

/// <summary>A folder in memory with the files of a node, removed on disposal.</summary>
internal sealed class ScratchFolder : IDisposable
{
    private readonly string _path = Path.Combine(
        Directory.Exists("/dev/shm") ? "/dev/shm" : Path.GetTempPath(), $"etcd-sentinel-fuzz-{Guid.NewGuid():N}");

    public ScratchFolder() => Directory.CreateDirectory(_path);

    public HostFiles Files => new(_path, TimeProvider.System);

    public void Write(string name, string text) => Write(name, Encoding.UTF8.GetBytes(text));

    public void Write(string name, byte[] bytes)
    {
        var path = Path.Combine(_path, name);
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        File.WriteAllBytes(path, bytes);
    }

    public void Dispose() => Directory.Delete(_path, recursive: true);
}
