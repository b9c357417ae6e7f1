namespace EtcdSentinelExporter.Lab.Incidents;

internal sealed class CompactionStalled : Incident
{
    public override string Name => "compaction-stalled";

    public override string Story =>
        "the API server's compactor stops, and writes go on; the rule waits 20 minutes";

    public override TimeSpan Limit => TimeSpan.FromSeconds(1500);

    // Hours pass before it fills the quota: a ticket.
    public override int Pages => 0;

    public override Task HappenAsync(DemoLab lab) => Task.CompletedTask;

    public override async Task MeanwhileAsync(IncidentRun run)
    {
        await run.Lab.Workload.WriteLeasesAsync();
        if (!run.HasBegun)
            await run.Lab.Workload.CompactLikeApiserverAsync();
    }
}
