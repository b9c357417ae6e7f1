using Xunit;

namespace EtcdSentinelExporter.Tests.Support;

/// <summary>A test that needs recorded pages of etcd's releases, which are not part of the repository.</summary>
[AttributeUsage(AttributeTargets.Method)]
internal sealed class RecordedPagesFactAttribute : FactAttribute
{
    public RecordedPagesFactAttribute()
    {
        if (Pages.Length == 0)
            Skip = $"There are no recorded pages in {Folder}; name the folder two above in ETCD_SENTINEL_SHARED.";
    }

    public static string[] Pages => Directory.Exists(Folder) ? Directory.GetFiles(Folder, "etcd-*.txt") : [];

    private static string Folder => Path.Combine(
        Environment.GetEnvironmentVariable("ETCD_SENTINEL_SHARED") ?? Path.Combine(Repo.Root, "..", "shared"),
        "fixtures", "metrics");
}
