using Xunit;

namespace EtcdSentinelExporter.Tests.Support;

/// <summary>Recorded pages of etcd's releases, which are not part of the repository.</summary>
internal static class RecordedPages
{
    private static readonly string Folder = Path.Combine(
        Environment.GetEnvironmentVariable("ETCD_SENTINEL_SHARED") ?? Path.Combine(Repo.Root, "..", "shared"),
        "fixtures", "metrics");

    /// <summary>Paths of the files. Skips the test if there are none.</summary>
    public static string[] Need()
    {
        var pages = Directory.Exists(Folder) ? Directory.GetFiles(Folder, "etcd-*.txt") : [];
        Assert.SkipWhen(
            pages.Length == 0,
            $"There are no recorded pages in {Folder}; name the folder two above in ETCD_SENTINEL_SHARED.");
        return pages;
    }
}
