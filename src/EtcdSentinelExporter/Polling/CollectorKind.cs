using EtcdSentinelExporter.Metrics;
using EtcdSentinelExporter.Settings;

namespace EtcdSentinelExporter.Polling;

/// <summary>Describes a collector before it runs, for <c>--help</c>, the docs and the tests.</summary>
/// <param name="Name">Value of the <c>collector</c> label, and prefix of its settings.</param>
/// <param name="Settings">Its settings; <see cref="CollectorSettings"/> come first. Empty for
/// self-monitoring.</param>
/// <param name="Families">Every family that it can ever expose. No family is in two collectors.</param>
/// <param name="Create">Creates it. Called once, with valid settings.</param>
internal sealed record CollectorKind(
    string Name,
    ImmutableArray<Setting> Settings,
    ImmutableArray<MetricFamily> Families,
    Func<IServiceProvider, Collector> Create)
{
    /// <summary>Registers the services that <see cref="Create"/> needs and may share with other collectors. Registered
    /// before:
    /// <see cref="SettingValues"/>, <see cref="TimeProvider"/>, <see cref="ILoggerFactory"/>,
    /// <see cref="PollTimeouts"/>, <see cref="Host.NodeRoots"/>.</summary>
    public Action<IServiceCollection> AddServices { get; init; } = _ => { };

    /// <summary>Decides if it runs; <see langword="null"/> to use its setting <c>enabled</c>.</summary>
    public Func<SettingValues, bool>? RunsIf { get; init; }

    public bool IsEnabled(SettingValues settings) => RunsIf is { } runs
        ? runs(settings)
        : settings.Get(Settings.OfType<Setting<bool>>().Single(row => row.Key == $"{Name}.enabled"));
}
