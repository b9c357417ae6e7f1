using System.Collections.Immutable;

namespace EtcdSentinelExporter.Lab.Incidents;

internal sealed class Fragmentation : Incident
{
    private const int Quota = 128 << 20;

    public override string Name => "fragmentation";

    public override string Story =>
        "an application fills 96 % of a quota of 128 MiB and deletes most of it; compaction leaves free pages";

    public override TimeSpan Limit => TimeSpan.FromSeconds(240);

    public override ImmutableArray<string> Flags => [$"--quota-backend-bytes={Quota}"];

    public override Task HappenAsync(DemoLab lab) => lab.Workload.FragmentAsync(0.96 * Quota);
}
