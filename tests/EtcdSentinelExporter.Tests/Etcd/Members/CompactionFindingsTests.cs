using EtcdSentinelExporter.Etcd.Members;
using Xunit;

namespace EtcdSentinelExporter.Tests.Etcd.Members;

public sealed class CompactionFindingsTests
{
    [Theory]
    [InlineData(20, null, 900, false)]
    [InlineData(21, null, 900, true)]
    [InlineData(21, null, 800, false)] // nothing was written
    [InlineData(21, 0, 900, true)] // disabled: kube-apiserver compacts
    [InlineData(120, 60, 900, false)]
    [InlineData(121, 60, 900, true)]
    [InlineData(8 * 60, 90, 900, false)]
    [InlineData(26 * 60, 24 * 60, 900, false)]
    [InlineData(26 * 60 + 1, 24 * 60, 900, true)]
    [InlineData(170 * 60, 168 * 60, 900, false)]
    public void A_history_that_nobody_compacts_while_writes_go_on(
        int minutes, int? retention, long revision, bool isStalled)
    {
        var member = SomeMembers.Member with
        {
            Status = SomeMembers.Status with { Revision = revision },
            Compaction = new(690, 600, SomeMembers.Noon.AddMinutes(-minutes), RevisionThen: 800),
            CompactionRetention = retention is { } period ? TimeSpan.FromMinutes(period) : null,
        };

        Assert.Equal(
            isStalled ? ["EtcdCompactionStalled"] : Array.Empty<string>(),
            MembersFindings.Judge(SomeMembers.Reading(member)).Select(finding => finding.Code));
    }

    [Fact]
    public void It_says_since_when_and_how_much_was_written() => Assert.StartsWith(
        "The history was last compacted 40 min ago, and 100 revisions were written since",
        Assert.Single(CompactionFindings.Of(
            SomeMembers.Member with
            {
                Status = SomeMembers.Status with { Revision = 900 },
                Compaction = new(690, 600, SomeMembers.Noon.AddMinutes(-40), RevisionThen: 800),
            },
            SomeMembers.Noon)).Summary, StringComparison.Ordinal);
}
