using EtcdSentinelExporter.Cli;
using EtcdSentinelExporter.Tests.Support;
using Etcdserverpb;
using Microsoft.AspNetCore.Http;
using Xunit;

namespace EtcdSentinelExporter.Tests.Cli;

public sealed class CheckRunTests
{
    private int _linearizable;

    // An election takes a second, and the next regular read would come after the window.
    [Fact]
    public async Task A_read_that_failed_in_an_election_is_sent_again()
    {
        await using var etcd = await FakeEtcd.StartAsync(AnswerAsync);
        await using var text = new StringWriter();
        var context = new CommandContext(
            text, new StringWriter(), new Dictionary<string, string>(StringComparer.Ordinal), _ => "",
            TimeProvider.System);

        await CommandLine.RunAsync(
            ["check", "--only=members", "--window=1s", "--output=json", $"--etcd.endpoints={etcd.Endpoint.Text}",
                "--etcd.processes=false"], context);

        Assert.Equal(2, _linearizable);
        Assert.DoesNotContain("EtcdNoQuorum", text.ToString(), StringComparison.Ordinal);
    }

    private async Task AnswerAsync(HttpContext context)
    {
        using var body = new MemoryStream();
        await context.Request.Body.CopyToAsync(body);
        if (context.Request.Path.Value!.EndsWith("/Status", StringComparison.Ordinal))
        {
            await FakeEtcd.AnswerAsync(context, new StatusResponse
            {
                Header = new() { MemberId = 1, ClusterId = 2 },
                Version = "3.5.21",
                Leader = 1,
                RaftTerm = 3,
            });
        }
        else if (context.Request.Path.Value.EndsWith("/MemberList", StringComparison.Ordinal))
        {
            await FakeEtcd.AnswerAsync(
                context, new MemberListResponse { Members = { new Member { ID = 1, Name = "a" } } });
        }
        else if (!RangeRequest.Parser.ParseFrom(body.ToArray().AsSpan(5)).Serializable
            && Interlocked.Increment(ref _linearizable) == 1)
        {
            await FakeEtcd.AnswerAsync(context, [], "14", "etcdserver: no leader");
        }
        else
        {
            await FakeEtcd.AnswerAsync(context, new RangeResponse());
        }
    }
}
