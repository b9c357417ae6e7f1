using System.Collections.Immutable;
using EtcdSentinelExporter.Metrics;
using EtcdSentinelExporter.Settings;

namespace EtcdSentinelExporter.Polling;

/// <summary>A collector before anything runs: all that <c>--help</c>, the docs and the tests need.</summary>
/// <param name="Name">Value of the <c>collector</c> label, and first word of its settings.</param>
/// <param name="Settings">Its settings; <see cref="CollectorSettings"/> come first. Empty for one that looks at the
/// exporter itself.</param>
/// <param name="Families">Every family that it can ever expose. No two collectors share one.</param>
/// <param name="Create">Called once, with settings that have no problems.</param>
internal sealed record CollectorKind(
    string Name,
    ImmutableArray<Setting> Settings,
    ImmutableArray<MetricFamily> Families,
    Func<IServiceProvider, Collector> Create)
{
    /// <summary>Registers what <see cref="Create"/> needs and may share with other collectors. Registered before:
    /// <see cref="SettingValues"/>, <see cref="TimeProvider"/>, <see cref="ILoggerFactory"/>,
    /// <see cref="PollTimeouts"/>, <see cref="Host.NodeRoots"/>.</summary>
    public Action<IServiceCollection> AddServices { get; init; } = _ => { };

    /// <summary>Decides whether it runs; its setting <c>enabled</c>, unless it is set.</summary>
    public Func<SettingValues, bool>? RunsIf { get; init; }

    public bool IsEnabled(SettingValues settings) => RunsIf is { } runs
        ? runs(settings)
        : settings.Get(Settings.OfType<Setting<bool>>().Single(row => row.Key == $"{Name}.enabled"));
}
