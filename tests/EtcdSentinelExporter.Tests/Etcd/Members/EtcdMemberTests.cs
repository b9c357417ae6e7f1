using EtcdSentinelExporter.Etcd.Client;
using EtcdSentinelExporter.Etcd.Members;
using Etcdserverpb;
using Xunit;

namespace EtcdSentinelExporter.Tests.Etcd.Members;

public sealed class EtcdMemberTests
{
    [Fact]
    public void A_whole_answer_is_taken()
    {
        var answer = Answer();

        Assert.Same(answer, EtcdMember.Checked(answer));
    }

    [Fact]
    public void An_answer_that_names_no_member_no_version_or_no_size_is_none()
    {
        StatusResponse[] answers =
        [
            new(),
            Answer(a => a.Header = null),
            Answer(a => a.Header.MemberId = 0),
            Answer(a => a.Version = ""),
            Answer(a => a.DbSize = -1),
            Answer(a => a.DbSizeInUse = -1),
        ];

        Assert.All(answers, answer =>
            Assert.Equal(EtcdReason.Protocol, Assert.Throws<EtcdException>(() => EtcdMember.Checked(answer)).Reason));
    }

    private static StatusResponse Answer(Action<StatusResponse>? change = null)
    {
        var answer = new StatusResponse { Header = new() { MemberId = 7 }, Version = "3.5.16", DbSize = 1 };
        change?.Invoke(answer);
        return answer;
    }
}
