using EtcdSentinelExporter.Etcd;
using EtcdSentinelExporter.TestRuns;
using EtcdSentinelExporter.Tests.Support;
using Etcdserverpb;
using Xunit;

namespace EtcdSentinelExporter.Tests.Etcd;

public sealed class EtcdLinksTests
{
    private static readonly TimeSpan s_deadline = TimeSpan.FromSeconds(30);

    private readonly FakeClock _clock = new();

    [Fact]
    public async Task An_endpoint_whose_files_change_or_that_goes_and_comes_back_keeps_its_outstanding_call()
    {
        var arrived = new TaskCompletionSource();
        var release = new TaskCompletionSource();
        var aborted = false;
        await using var server = await FakeEtcd.StartAsync(async context =>
        {
            context.RequestAborted.Register(() => aborted |= !release.Task.IsCompleted);
            arrived.SetResult();
            await release.Task;
            await FakeEtcd.AnswerAsync(context, new StatusResponse());
        });
        var target = new EtcdTarget(
            server.Endpoint, CaFile: null, CertFile: null, KeyFile: null, new(server.Endpoint.Address, "/metrics"),
            Installation: null);
        var timeouts = new EtcdTimeouts(Patience.Limit, PingDelay: Patience.Limit, PingTimeout: Patience.Limit);
        using var links = new EtcdLinks(_ => [], timeouts, PageAllowance.OfProbes, _clock);

        var late = links.To([target])[0].Client.StatusAsync(s_deadline, default);
        await arrived.Task;
        _clock.Advance(s_deadline);
        await Assert.ThrowsAsync<EtcdException>(() => late);
        var renamed = await BusyAsync(links.To([target with { CertFile = "/other.crt" }])[0]);
        links.To([]);
        var back = await BusyAsync(links.To([target])[0]);

        Assert.Equal((EtcdReason.Busy, EtcdReason.Busy), (renamed, back));
        Assert.Equal(1, server.Requests);
        Assert.False(aborted);
        release.SetResult();
    }

    private static async Task<string> BusyAsync(EtcdLink link) =>
        (await Assert.ThrowsAsync<EtcdException>(() => link.Client.StatusAsync(s_deadline, default))).Reason;
}
