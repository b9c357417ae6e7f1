using EtcdSentinelExporter.Etcd.Client;
using EtcdSentinelExporter.Etcd.Maintenance;
using Xunit;

namespace EtcdSentinelExporter.Tests.Etcd.Maintenance;

public sealed class MemberDefragmentationTests
{
    [Fact]
    public void Only_reasons_that_prove_that_etcd_did_not_begin_say_so() => Assert.Equal(
        [EtcdReason.Auth, EtcdReason.Busy, EtcdReason.Credentials, EtcdReason.Learner, EtcdReason.Unsupported],
        EtcdReason.All.Where(reason => !MemberDefragmentation.MayContinueAfter(reason)).Order(StringComparer.Ordinal));
}
