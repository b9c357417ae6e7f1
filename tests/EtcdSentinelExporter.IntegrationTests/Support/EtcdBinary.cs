using System.Collections.Immutable;
using EtcdSentinelExporter.Tests.Support;

namespace EtcdSentinelExporter.IntegrationTests.Support;

/// <summary>An etcd and the etcdctl of the same release, as absolute paths.</summary>
internal sealed record EtcdBinary(string Etcd, string Etcdctl)
{
    /// <summary>The one on PATH, or else the one that <c>scripts/lab/install</c> unpacked.</summary>
    /// <exception cref="FileNotFoundException">There is none; run <c>scripts/lab/install</c>.</exception>
    public static EtcdBinary Default { get; } = new(OnPath("etcd"), OnPath("etcdctl"));

    /// <summary>
    /// etcd 3.5, named by <c>ETCD_SENTINEL_ETCD_35</c> or fetched by <c>scripts/lab/etcd-from-debian</c>;
    /// <see langword="null"/> where neither is there.
    /// </summary>
    public static EtcdBinary? V35 { get; } = Beside(
        Environment.GetEnvironmentVariable("ETCD_SENTINEL_ETCD_35")
        ?? Path.Combine(Repo.Root, "artifacts/etcd-3.5/usr/bin/etcd"));

    /// <summary>All that this machine has: for tests that should hold with every version.</summary>
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
