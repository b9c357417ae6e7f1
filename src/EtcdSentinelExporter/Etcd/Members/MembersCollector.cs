using System.Collections.Immutable;
using EtcdSentinelExporter.Metrics;
using EtcdSentinelExporter.Polling;
using EtcdSentinelExporter.Settings;

namespace EtcdSentinelExporter.Etcd.Members;

internal static class MembersCollector
{
    public const string Name = "members";

    public static CollectorKind Kind { get; } = new(
        Name, MembersSettings.Common.All, ImmutableArray<MetricFamily>.CastUp(MembersMetrics.Families), Create);

    private static Collector<MembersReading> Create(SettingValues settings, Facts facts, TimeProvider clock)
    {
        var cadence = MembersSettings.Common.Cadence(settings, facts.Timeouts);
        var probe = new MembersProbe(
            facts.Etcd.GetAsync,
            facts.Given,
            targets =>
            [
                .. targets.Zip(
                    facts.Links.To(targets),
                    IMember (target, link) => new EtcdMember(
                        target, link, cadence.Within, facts.Timeouts.MemberCall, facts.Timeouts.MemberPage, clock)),
            ],
            cadence.Every,
            new MembersLog(facts.Logs.CreateLogger(Name)),
            clock);
        return new(
            Name, cadence, probe, MembersMetrics.Families,
            subjects: reading => reading.Members.Length, judge: MembersFindings.Judge, clock);
    }
}
