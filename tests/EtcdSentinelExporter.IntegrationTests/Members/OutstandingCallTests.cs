using EtcdSentinelExporter.Certificates.Pem;
using EtcdSentinelExporter.Etcd.Client;
using Etcdserverpb;
using Google.Protobuf;
using Xunit;

namespace EtcdSentinelExporter.IntegrationTests.Members;

/// <summary>The gate in front of a real member, and what the member says is exhausted.</summary>
public sealed class OutstandingCallTests : IAsyncLifetime
{
    private static readonly EtcdTimeouts Patient =
        new(Connect: Patience.Limit, PingDelay: Patience.Limit, PingTimeout: Patience.Limit);

    private EtcdCluster? _cluster;

    public async ValueTask InitializeAsync() => _cluster = await EtcdCluster.StartAsync(
        new() { Members = 1, ExtraFlags = ["--quota-backend-bytes=33554432"] });

    public async ValueTask DisposeAsync() => await Cluster.DisposeAsync();

    private EtcdCluster Cluster => _cluster ?? throw new InvalidOperationException("the cluster is not started yet");

    private MemberProcess Member => Cluster.Members[0];

    [Fact]
    public async Task A_certificate_rotated_while_etcd_is_stopped_waits_for_the_outstanding_call()
    {
        using var tls = Identity();
        using var etcd = Connection();
        var client = new EtcdClient(etcd, tls);
        await client.StatusAsync(Patience.Limit, CancellationToken.None);

        await Member.PauseAsync();
        var late = await FailureAsync(client.StatusAsync(TimeSpan.FromSeconds(1), CancellationToken.None));
        Cluster.Pki.Issue(
            Member.Node, Member.Name, Leaf.HealthcheckClient, TimeProvider.System.GetUtcNow().AddHours(-1),
            TimeProvider.System.GetUtcNow().AddDays(365));
        var rotated = await FailureAsync(client.StatusAsync(Patience.Limit, CancellationToken.None));
        await Member.ResumeAsync();
        await Wait.UntilAsync(() => AnswersAsync(client), "the call before has come back");

        Assert.Equal((EtcdReason.Timeout, EtcdReason.Busy), (late.Reason, rotated.Reason));
        var counted = await PageAsync();
        // Ours are the only ones: the first, the late one, and the one with the new certificate.
        Assert.Equal(3, counted.Value("grpc_server_started_total", "Status"));
        Assert.Equal(3, counted.Value("grpc_server_handled_total", "Status", "OK"));
    }

    [Fact]
    public async Task Resource_exhausted_by_an_answer_is_too_large_and_by_the_database_an_error()
    {
        using var tls = Identity();
        using var etcd = Connection();
        var client = new EtcdClient(etcd, tls);
        foreach (var key in new[] { "large1", "large2", "large3", "large4", "large5" })
            await PutAsync(etcd, tls, key);

        var answer = await FailureAsync(client.RangeAsync(
            new() { Key = ByteString.CopyFromUtf8("large"), RangeEnd = ByteString.CopyFromUtf8("largf") },
            requireLeader: true, Patience.Limit, CancellationToken.None));
        EtcdException? full = null;
        await Wait.UntilAsync(
            async () => (full = await Record.ExceptionAsync(() => PutAsync(etcd, tls, "large1")) as EtcdException)
                is not null,
            "the database is full");

        Assert.Equal(EtcdReason.TooLarge, answer.Reason);
        Assert.Equal(EtcdReason.Error, full?.Reason);
        Assert.Equal("etcdserver: mvcc: database space exceeded (ResourceExhausted)", full?.Message);
    }

    [Fact]
    public async Task Too_many_requests_are_an_overload()
    {
        using var tls = Identity();
        using var etcd = Connection();
        for (var batch = 0; batch < 40; batch++)
            await CallAsync(etcd, tls, Puts($"key-{batch}-", count: 128));
        using var line = new HttpConnection(tls.Refresh().Identity, Patient, connections: 1, TimeProvider.System);
        using var crowd = new EtcdChannel(EtcdEndpoint.Parse(Member.ClientUrl.OriginalString), line);
        using var over = new CancellationTokenSource(Patience.Limit, TimeProvider.System);

        // etcd refuses what is new while it has 5,000 committed entries to apply. On a busy machine many calls time out
        // before they are committed, and others take their place; or etcd catches up before it is asked.
        var crowding = new List<Task>();
        EtcdException? refused = null;
        await Wait.UntilAsync(
            async () =>
            {
                crowding.RemoveAll(call => call.IsCompleted);
                while (crowding.Count < 7000)
                {
                    crowding.Add(crowd.Etcd.TransactionAsync(
                        Slow, Transaction(Slow).Headers(), cancellationToken: over.Token));
                }
                if (await UnappliedAsync() > 5000)
                {
                    refused = await Record.ExceptionAsync(() => CallAsync(etcd, tls, Puts("one more", count: 1)))
                        as EtcdException;
                }
                return refused?.Reason is EtcdReason.Overloaded;
            },
            "etcd refuses a request");
        await over.CancelAsync();
        await Task.WhenAll(crowding).ContinueWith(_ => { }, TaskScheduler.Default);

        Assert.StartsWith("etcdserver: too many requests", refused?.Message, StringComparison.Ordinal);
    }

    private async Task<double?> UnappliedAsync()
    {
        var page = await PageAsync();
        return page.Value("etcd_server_proposals_committed_total") - page.Value("etcd_server_proposals_applied_total");
    }

    // Sorts all keys by value, three times: etcd needs ten milliseconds to apply it.
    private static TxnRequest Slow { get; } = new(Puts("key", count: 1))
    {
        Success =
        {
            Enumerable.Range(0, 3).Select(_ => new RequestOp
            {
                RequestRange = new()
                {
                    Key = ByteString.CopyFromUtf8("key"),
                    RangeEnd = ByteString.CopyFromUtf8("kez"),
                    SortTarget = RangeRequest.Types.SortTarget.Value,
                    SortOrder = RangeRequest.Types.SortOrder.Descend,
                    Limit = 1,
                },
            }),
        },
    };

    private async Task<Scrape> PageAsync()
    {
        using var http = new HttpClient();
        return Scrape.Parse(await http.GetStringAsync(Member.MetricsUrl));
    }

    private static TxnRequest Puts(string prefix, int count) => new()
    {
        Success =
        {
            Enumerable.Range(0, count).Select(n => new RequestOp
            {
                RequestPut = new() { Key = ByteString.CopyFromUtf8($"{prefix}{n}"), Value = ByteString.Empty },
            }),
        },
    };

    private static EtcdCall<TxnResponse> Transaction(TxnRequest request) =>
        new(Patience.Limit, (library, headers, lifetime) =>
            library.TransactionAsync(request, headers, cancellationToken: lifetime));

    private static Task<TxnResponse> CallAsync(EtcdConnection etcd, TlsIdentitySource tls, TxnRequest request) =>
        etcd.CallAsync(Transaction(request), tls, CancellationToken.None);

    private static Task<EtcdException> FailureAsync(Task call) => Assert.ThrowsAsync<EtcdException>(() => call);

    private static Task<PutResponse> PutAsync(EtcdConnection etcd, TlsIdentitySource tls, string key)
    {
        var request = new PutRequest
        {
            Key = ByteString.CopyFromUtf8(key),
            Value = ByteString.CopyFrom(new byte[1_000_000]),
        };
        return etcd.CallAsync<PutResponse>(
            new(Patience.Limit, (library, headers, lifetime) =>
                library.PutAsync(request, headers, cancellationToken: lifetime)),
            tls, CancellationToken.None);
    }

    /// <returns>False while an earlier call has no answer.</returns>
    private static async Task<bool> AnswersAsync(EtcdClient client)
    {
        try
        {
            await client.StatusAsync(Patience.Limit, CancellationToken.None);
            return true;
        }
        catch (EtcdException e) when (e.Reason == EtcdReason.Busy)
        {
            return false;
        }
    }

    private EtcdConnection Connection() =>
        new(EtcdEndpoint.Parse(Member.ClientUrl.OriginalString), Patient, TimeProvider.System);

    private TlsIdentitySource Identity() => new(
        new(
            Member.Node.EtcdPki("ca.crt"), Member.Node.EtcdPki("healthcheck-client.crt"),
            Member.Node.EtcdPki("healthcheck-client.key")),
        File.ReadAllBytes, TimeProvider.System);
}
