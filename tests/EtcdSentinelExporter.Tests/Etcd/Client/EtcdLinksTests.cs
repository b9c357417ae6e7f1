using EtcdSentinelExporter.Etcd.Client;
using EtcdSentinelExporter.Tests.Support;
using Etcdserverpb;
using Xunit;

namespace EtcdSentinelExporter.Tests.Etcd.Client;

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
        var target = Target(server);
        using var links = Links();

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

    // Otherwise endpoints that come and go would be kept for ever.
    [Fact]
    public async Task An_idle_endpoint_that_no_target_names_is_closed_and_may_come_back()
    {
        await using var server = await FakeEtcd.StartAsync(
            context => FakeEtcd.AnswerAsync(context, new StatusResponse()));
        var target = Target(server);
        using var links = Links();
        var before = links.To([target])[0];
        await before.Client.StatusAsync(s_deadline, default);

        links.To([]);
        await Assert.ThrowsAnyAsync<OperationCanceledException>(
            () => before.Client.StatusAsync(s_deadline, default));
        await links.To([target])[0].Client.StatusAsync(s_deadline, default);

        Assert.Equal(2, server.Requests);
    }

    private static EtcdTarget Target(FakeEtcd server) => new(
        server.Endpoint, CaFile: null, CertFile: null, KeyFile: null, new(server.Endpoint.Address, "/metrics"),
        Installation: null);

    private EtcdLinks Links() => new(
        _ => [], new(Patience.Limit, PingDelay: Patience.Limit, PingTimeout: Patience.Limit), PageAllowance.ForProbes,
        _clock);

    private static async Task<string> BusyAsync(EtcdLink link) =>
        (await Assert.ThrowsAsync<EtcdException>(() => link.Client.StatusAsync(s_deadline, default))).Reason;
}
