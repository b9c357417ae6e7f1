using EtcdSentinelExporter.Etcd.Members;
using Xunit;

namespace EtcdSentinelExporter.Tests.Etcd.Members;

public sealed class MemberQuotasTests
{
    private const long TwoGiB = 2147483648;

    [Theory]
    [InlineData("3.6.14", 8589934592, null, 8589934592, "status")]
    [InlineData("3.6.0", 0, null, TwoGiB, "status")]
    [InlineData("3.7.1", 0, 4000L, TwoGiB, "status")]
    [InlineData("3.10.0-rc.1", 5000, 4000L, 5000, "status")]
    [InlineData("4.0.0", 5000, null, 5000, "status")]
    [InlineData("3.5.16", 0, 4000L, 4000, "metrics")]
    [InlineData("3.4.23", 0, 2147483648L, TwoGiB, "metrics")]
    public void The_first_source_that_knows_wins(string version, long status, long? page, long bytes, string source) =>
        Assert.Equal(
            new MemberQuota(bytes, source), MemberQuotas.Find(version, status, Page(page), installation: null));

    [Theory]
    [InlineData("3.6.14", -1, null, "status")]
    [InlineData("3.5.16", 0, -1L, "metrics")]
    public void A_disabled_quota_has_no_size(string version, long status, long? page, string source) =>
        Assert.Equal(
            new MemberQuota(Bytes: null, source), MemberQuotas.Find(version, status, Page(page), installation: null));

    [Theory]
    [InlineData(null, TwoGiB, "default")]
    [InlineData(0L, TwoGiB, "config")]
    [InlineData(-1L, null, "config")]
    [InlineData(77L, 77L, "config")]
    public void What_etcd_was_told_counts_where_nothing_else_is_known(long? told, long? bytes, string source) =>
        Assert.Equal(
            new MemberQuota(bytes, source),
            MemberQuotas.Find("3.5.16", 0, page: null, SomeMembers.Installation with { QuotaBytes = told }));

    [Fact]
    public void A_configuration_that_may_name_a_quota_unseen_gives_none() =>
        Assert.Null(MemberQuotas.Find("3.5.16", 0, page: null, SomeMembers.Installation with { QuotaIsKnown = false }));

    [Theory]
    [InlineData("3.5.16")]
    [InlineData("garbage")]
    [InlineData("")]
    public void An_unknown_quota_is_never_guessed(string version) =>
        Assert.Null(MemberQuotas.Find(version, 0, page: null, installation: null));

    private static EtcdPage? Page(long? quota) => quota is null ? null : new() { QuotaBytes = quota };
}
