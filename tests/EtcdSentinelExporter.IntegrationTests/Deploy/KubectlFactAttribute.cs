using Xunit;

namespace EtcdSentinelExporter.IntegrationTests.Deploy;

/// <summary>A test that builds overlays.</summary>
[AttributeUsage(AttributeTargets.Method)]
internal sealed class KubectlFactAttribute : FactAttribute
{
    public KubectlFactAttribute() => Skip = KubectlTheoryAttribute.Why;
}
