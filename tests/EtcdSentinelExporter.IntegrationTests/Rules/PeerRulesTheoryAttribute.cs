using Xunit;

namespace EtcdSentinelExporter.IntegrationTests.Rules;

/// <summary>Tests that are skipped with a word where the peers' rules are not.</summary>
[AttributeUsage(AttributeTargets.Method)]
internal sealed class PeerRulesTheoryAttribute : TheoryAttribute
{
    public PeerRulesTheoryAttribute() => Skip = PeerRules.Missing;
}
