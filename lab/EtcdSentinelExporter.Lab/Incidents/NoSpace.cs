using System.Collections.Immutable;

namespace EtcdSentinelExporter.Lab.Incidents;

internal sealed class NoSpace : Incident
{
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(3);
    private MemberProcess? _last;
    private int _restarts;
    private TimeSpan _restarted;

    public override string Name => "nospace";

    public override string Story =>
        "a small quota is filled by real writes, then etcd is restarted every 10 s, as an old liveness probe does";

    public override TimeSpan Limit => TimeSpan.FromSeconds(360);

    public override TimeSpan AtLeast => TimeSpan.FromSeconds(45);

    public override ImmutableArray<string> Flags => [$"--quota-backend-bytes={16 << 20}"];

    public override ImmutableArray<string> Stays => ["EtcdNoSpaceAlarm"];

    public override async Task HappenAsync(DemoLab lab)
    {
        var refusal = await lab.Workload.FillAsync("/registry/events", 80)
            ?? throw new LabException("etcd accepted 32 MB with a quota of 16 MiB");
        if (!refusal.Contains("database space exceeded", StringComparison.Ordinal))
            throw new LabException($"etcd rejects a write for another reason than space: {refusal}");
        Console.WriteLine($"etcd says: {refusal.Split("Error: ")[^1].Trim()}");
    }

    // Each member every 10 s, one after the other.
    public override async Task MeanwhileAsync(IncidentRun run)
    {
        if (!run.HasBegun)
        {
            await run.Lab.Workload.WriteLeasesAsync();
            return;
        }
        var members = run.Lab.Cluster.Members;
        if (run.Elapsed - _restarted < Pause || (_last is not null && !await KnowsLeaderAsync(run.Lab.Cluster, _last)))
            return;
        _last = members[_restarts++ % members.Count];
        await _last.TerminateAndStartAsync();
        _restarted = run.Elapsed;
    }

    // The member is back. A busy machine may take longer for it than a kubelet would wait.
    private static async Task<bool> KnowsLeaderAsync(EtcdCluster cluster, MemberProcess member)
    {
        try
        {
            return (await EndpointStatus.OfAsync(cluster, member)).Number("leader") > 0;
        }
        catch (InvalidOperationException)
        {
            return false;
        }
    }
}
