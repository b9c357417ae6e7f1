using EtcdSentinelExporter.Tests.Support;
using Xunit;

namespace EtcdSentinelExporter.IntegrationTests.Support;

/// <summary>A test that needs node_exporter; skipped if it is missing.</summary>
[AttributeUsage(AttributeTargets.Method)]
internal sealed class NodeExporterFactAttribute : FactAttribute
{
    public const string Needs = "Needs prometheus-node-exporter: scripts/lab/install --with-peers.";

    public NodeExporterFactAttribute()
    {
        if (Program is null)
            Skip = Needs;
    }

    public static string? Program =>
        new[] { "/usr/bin", Path.Combine(Repo.Root, "artifacts/tools/usr/bin") }
            .Select(folder => Path.Combine(folder, "prometheus-node-exporter")).FirstOrDefault(File.Exists);
}

/// <summary>The same for a table of cases.</summary>
[AttributeUsage(AttributeTargets.Method)]
internal sealed class NodeExporterTheoryAttribute : TheoryAttribute
{
    public NodeExporterTheoryAttribute()
    {
        if (NodeExporterFactAttribute.Program is null)
            Skip = NodeExporterFactAttribute.Needs;
    }
}
