using System.Collections.Immutable;
using EtcdSentinelExporter.Tests.Support;

namespace EtcdSentinelExporter.IntegrationTests.Support;

/// <summary>Absolute paths of etcd and of etcdctl of the same release.</summary>
internal sealed record EtcdBinary(string Etcd, string Etcdctl)
{
    /// <summary>Those on PATH, or else those that <c>scripts/lab/install</c> unpacked.</summary>
    /// <exception cref="FileNotFoundException">Neither exists; run <c>scripts/lab/install</c>.</exception>
    public static EtcdBinary Default { get; } = new(OnPath("etcd"), OnPath("etcdctl"));

    /// <summary>
    /// etcd 3.5, named by <c>ETCD_SENTINEL_ETCD_35</c> or fetched by <c>scripts/lab/etcd-from-debian</c>;
    /// <see langword="null"/> where neither is there.
    /// </summary>
    public static EtcdBinary? V35 { get; } = Beside(
        Environment.GetEnvironmentVariable("ETCD_SENTINEL_ETCD_35")
        ?? Path.Combine(Repo.Root, "artifacts/etcd-3.5/usr/bin/etcd"));

    /// <summary>All releases on this machine, for tests that must pass with every version.</summary>
    public static ImmutableArray<EtcdBinary> Available { get; } = V35 is { } newer ? [Default, newer] : [Default];

    private static EtcdBinary? Beside(string etcd) =>
        File.Exists(etcd) ? new(etcd, Path.Combine(Path.GetDirectoryName(etcd)!, "etcdctl")) : null;

    private static string OnPath(string name) =>
        (Environment.GetEnvironmentVariable("PATH") ?? "").Split(':')
            .Append(Path.Combine(Repo.Root, "artifacts/tools/usr/bin"))
            .Select(folder => Path.Combine(folder, name))
            .FirstOrDefault(File.Exists)
        ?? throw new FileNotFoundException($"{name} is neither on PATH nor unpacked: run scripts/lab/install");
}
