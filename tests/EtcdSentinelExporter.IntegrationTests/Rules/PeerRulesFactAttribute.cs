using Xunit;

namespace EtcdSentinelExporter.IntegrationTests.Rules;

/// <summary>A test that is skipped with a word where the peers' rules are not.</summary>
[AttributeUsage(AttributeTargets.Method)]
internal sealed class PeerRulesFactAttribute : FactAttribute
{
    public PeerRulesFactAttribute() => Skip = PeerRules.Missing;
}
