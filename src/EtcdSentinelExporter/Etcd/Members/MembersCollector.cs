using EtcdSentinelExporter.Etcd.Client;
using EtcdSentinelExporter.Etcd.Discovery;
using EtcdSentinelExporter.Etcd.Versions;
using EtcdSentinelExporter.Metrics;
using EtcdSentinelExporter.Polling;
using EtcdSentinelExporter.Settings;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace EtcdSentinelExporter.Etcd.Members;

internal static class MembersCollector
{
    public const string Name = "members";

    public static CollectorKind Kind { get; } = new(
        Name, [.. MembersSettings.Common.All, VersionSettings.AdvisoriesFile],
        ImmutableArray<MetricFamily>.CastUp(MembersMetrics.Families), Create)
    {
        AddServices = services => services.AddEtcdDiscovery().AddEtcdClient().AddAdvisories()
            .TryAddSingleton(new MembersTimeouts()),
    };

    private static ProbeCollector<MembersReading> Create(IServiceProvider provider)
    {
        var clock = provider.GetRequiredService<TimeProvider>();
        var links = provider.GetRequiredService<EtcdLinks>();
        var timeouts = provider.GetRequiredService<MembersTimeouts>();
        var cadence = MembersSettings.Common.Cadence(
            provider.GetRequiredService<SettingValues>(), provider.GetRequiredService<PollTimeouts>());
        var probe = new MembersProbe(
            provider.GetRequiredService<EtcdOnNode>().GetAsync,
            provider.GetRequiredService<EtcdOverrides>(),
            targets =>
            [
                .. targets.Zip(links.To(targets), IMember (target, link) => new EtcdMember(
                    target, link, cadence.Within, timeouts.Call, timeouts.Page, clock)),
            ],
            cadence.Every,
            new MembersLog(provider.GetRequiredService<ILoggerFactory>().CreateLogger(Name)),
            clock)
        {
            Advisories = provider.GetRequiredService<AdvisoryTable>(),
        };
        return new(
            Name, cadence, probe, MembersMetrics.Families,
            subjects: reading => reading.Members.Length, judge: MembersFindings.Judge, clock)
        {
            FailureIn = reading => reading.Failure,
        };
    }
}
