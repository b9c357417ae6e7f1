using EtcdSentinelExporter.Host;

namespace EtcdSentinelExporter.Tests.Support;

/// <summary>The root of a node in a temporary folder.</summary>
internal sealed class TempNode : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("node");

    public string Root => _folder.FullName;

    public HostFiles Files => new(Root, TimeProvider.System);

    public static string Fixture(string name) =>
        Path.Combine(Repo.Root, "tests/EtcdSentinelExporter.Tests/Fixtures/node", name);

    /// <summary>The root, escaped as in mountinfo.</summary>
    public string RootInMounts => Root.Replace(" ", @"\040", StringComparison.Ordinal);

    public string Real(string path) => Root + path;

    public TempNode With(string path, string text)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(Real(path))!);
        File.WriteAllText(Real(path), text);
        return this;
    }

    public TempNode WithLink(string path, string target)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(Real(path))!);
        File.CreateSymbolicLink(Real(path), target);
        return this;
    }

    public void Dispose() => _folder.Delete(recursive: true);
}
