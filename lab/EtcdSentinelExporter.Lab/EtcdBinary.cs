using System.Collections.Immutable;

namespace EtcdSentinelExporter.Lab;

/// <summary>Absolute paths of etcd and of etcdctl of the same release.</summary>
internal sealed record EtcdBinary(string Etcd, string Etcdctl)
{
    private const string Label = "etcd Version: ";

    /// <summary>Those on PATH, or else those that the lab unpacked.</summary>
    /// <exception cref="FileNotFoundException">Neither exists; run <c>scripts/lab install</c>.</exception>
    public static EtcdBinary Default => new(Tools.Find("etcd"), Tools.Find("etcdctl"));

    /// <summary>etcd 3.5, named by <c>ETCD_SENTINEL_ETCD_35</c> or fetched by <c>scripts/lab fetch etcd-3.5</c>; <see
    /// langword="null"/> if there is none.</summary>
    public static EtcdBinary? V35 { get; } = Beside(
        Environment.GetEnvironmentVariable("ETCD_SENTINEL_ETCD_35")
        ?? Path.Combine(Repo.Root, "artifacts/etcd-3.5/usr/bin/etcd"));

    /// <summary>All releases on this machine, for tests that must pass with every version.</summary>
    public static ImmutableArray<EtcdBinary> Available { get; } = V35 is { } newer ? [Default, newer] : [Default];

    /// <summary>This etcd, with the etcdctl beside it or else the one on PATH.</summary>
    public static EtcdBinary Of(string etcd) =>
        new(etcd, Path.Combine(Path.GetDirectoryName(etcd)!, "etcdctl") is var beside && File.Exists(beside)
            ? beside
            : Tools.Find("etcdctl"));

    /// <summary>Returns its version: <c>3.4.23</c>.</summary>
    /// <exception cref="LabException">It is no etcd.</exception>
    public async Task<string> GetVersionAsync()
    {
        try
        {
            var lines = (await CleanProcess.RunAsync(Etcd, ["--version"])).Split('\n');
            return lines.First(line => line.StartsWith(Label, StringComparison.Ordinal))[Label.Length..];
        }
        catch (Exception e) when (e is InvalidOperationException or System.ComponentModel.Win32Exception)
        {
            throw new LabException($"{Etcd}: --version prints no version of etcd", LabException.Usage);
        }
    }

    private static EtcdBinary? Beside(string etcd) => File.Exists(etcd) ? Of(etcd) : null;
}
