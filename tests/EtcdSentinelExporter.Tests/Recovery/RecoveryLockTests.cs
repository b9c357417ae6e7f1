using EtcdSentinelExporter.Recovery;
using EtcdSentinelExporter.Tests.Etcd.Maintenance;
using Xunit;

namespace EtcdSentinelExporter.Tests.Recovery;

public sealed class RecoveryLockTests
{
    [Fact]
    public void Without_a_question_only_one_node_acts_and_the_others_name_it()
    {
        var here = SomeCluster.Of(2, 10, 10, 10);
        var there = here.With(1, member => member with { IsOwn = false }).With(2, member => member with { IsOwn = true });

        Assert.Null(RecoveryLock.WhyNotOurTurn(here));
        Assert.Contains("only the node of cp-1 acts", RecoveryLock.WhyNotOurTurn(there), StringComparison.Ordinal);
    }
}
