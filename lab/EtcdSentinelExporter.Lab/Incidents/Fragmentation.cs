using System.Collections.Immutable;

namespace EtcdSentinelExporter.Lab.Incidents;

internal sealed class Fragmentation : Incident
{
    public override string Name => "fragmentation";

    public override string Story =>
        "an application fills 97 % of a quota of 64 MiB and deletes most of it; compaction leaves free pages";

    public override TimeSpan Limit => TimeSpan.FromSeconds(180);

    public override ImmutableArray<string> Flags => [$"--quota-backend-bytes={64 << 20}"];

    public override Task HappenAsync(IncidentRun run) => run.Lab.Workload.FragmentAsync(values: 161);
}
