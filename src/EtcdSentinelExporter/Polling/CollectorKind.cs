using System.Collections.Immutable;
using EtcdSentinelExporter.Metrics;
using EtcdSentinelExporter.Settings;

namespace EtcdSentinelExporter.Polling;

/// <summary>What a collector is before anything runs: all that <c>--help</c>, the docs and the tests need.</summary>
/// <param name="Name">Folder, value of the <c>collector</c> label, and first word of its settings.</param>
/// <param name="Settings">The three of <see cref="CollectorSettings"/>, and its own.</param>
/// <param name="Families">Every family that it can ever expose. No two collectors share one.</param>
/// <param name="Create">Called once, with settings that have no problems.</param>
internal sealed record CollectorKind(
    string Name,
    ImmutableArray<Setting> Settings,
    ImmutableArray<MetricFamily> Families,
    Func<SettingValues, Facts, TimeProvider, Collector> Create)
{
    public bool IsEnabled(SettingValues settings) =>
        settings.Get(Settings.OfType<Setting<bool>>().Single(row => row.Key == $"{Name}.enabled"));
}
