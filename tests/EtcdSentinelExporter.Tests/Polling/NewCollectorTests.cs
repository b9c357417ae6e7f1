using System.Collections.Immutable;
using EtcdSentinelExporter.Cli;
using EtcdSentinelExporter.Findings;
using EtcdSentinelExporter.Host;
using EtcdSentinelExporter.Metrics;
using EtcdSentinelExporter.Polling;
using EtcdSentinelExporter.Settings;
using EtcdSentinelExporter.Tests.Support;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Xunit;

namespace EtcdSentinelExporter.Tests.Polling;

/// <summary>Adds a collector as CONTRIBUTING.md describes: its six parts and one entry in a list. It counts the lines of
/// a file of the host.</summary>
public sealed class NewCollectorTests
{
    [Fact]
    public async Task A_collector_needs_its_six_parts_and_one_entry()
    {
        using var node = new TempNode().With("/etc/toys", "a\nb\n");
        var settings = new SettingValues(new[]
        {
            new RawSetting("path.rootfs", node.Root, "a test"),
            new RawSetting("etcd.processes", "false", "a test"),
            new RawSetting("toys.file", "/etc/toys", "a test"),
        }.ToLookup(one => one.Key, StringComparer.Ordinal));
        var context = new CommandContext(
            TextWriter.Null, TextWriter.Null, new Dictionary<string, string>(StringComparer.Ordinal), _ => "",
            new FakeClock());
        using var logs = new Logs(context, settings);
        await using var services = NodeServices.Build(settings, [ToysCollector.Kind], context, logs);

        Assert.True(ToysCollector.Kind.IsEnabled(settings));
        var snapshot = await ToysCollector.Kind.Create(services).TakeAsync(CancellationToken.None);

        Assert.Null(snapshot.Failure);
        Assert.Equal(["2 toys"], snapshot.Findings.Select(finding => finding.Summary));
        Assert.Contains(
            "etcd_sentinel_toys{path=\"/etc/toys\"} 2\n", ToysMetrics.Families.Text(new ToysReading("/etc/toys", 2)),
            StringComparison.Ordinal);
        Assert.Equal("etcd_sentinel_toys", Assert.Single(snapshot.Families).Family.Name);
    }

    private sealed record ToysReading(string Path, int Count);

    private sealed class ToysProbe(HostFiles files, ToyBox box) : IProbe<ToysReading>
    {
        public ValueTask<ToysReading> ReadAsync(ToysReading? previous, CancellationToken cancellationToken) =>
            ValueTask.FromResult(new ToysReading(
                box.Path, HostFiles.Decode(files.Read(box.Path, 1 << 10)).Count(character => character == '\n')));
    }

    private static class ToysMetrics
    {
        public static ImmutableArray<MetricFamily<ToysReading>> Families { get; } =
        [
            new(MetricType.Gauge, "etcd_sentinel_toys", "Toys in the file.", ["path"],
                (reading, samples) => samples.Add(reading.Count, reading.Path)),
        ];
    }

    private static class ToysFindings
    {
        public static IEnumerable<Finding> Judge(ToysReading reading) =>
            [new("Toys", Severity.Info, reading.Path, $"{reading.Count} toys", "Play.")];
    }

    private static class ToysSettings
    {
        public static readonly CollectorSettings Common = new(ToysCollector.Name, every: "15s", timeout: "5s");

        public static readonly Setting<string> File =
            new("toys.file", "Where toys are listed.", "/etc/toy-box", SettingParsers.AbsolutePath);
    }

    private static class ToysCollector
    {
        public const string Name = "toys";

        public static CollectorKind Kind { get; } = new(
            Name, [.. ToysSettings.Common.All, ToysSettings.File],
            ImmutableArray<MetricFamily>.CastUp(ToysMetrics.Families), Create)
        {
            AddServices = services => services.TryAddSingleton(
                provider => new ToyBox(provider.GetRequiredService<SettingValues>().Get(ToysSettings.File))),
        };

        private static ProbeCollector<ToysReading> Create(IServiceProvider provider) => new(
            Name,
            ToysSettings.Common.Cadence(
                provider.GetRequiredService<SettingValues>(), provider.GetRequiredService<PollTimeouts>()),
            new ToysProbe(provider.GetRequiredService<NodeRoots>().Root, provider.GetRequiredService<ToyBox>()),
            ToysMetrics.Families, subjects: reading => reading.Count, judge: ToysFindings.Judge,
            provider.GetRequiredService<TimeProvider>());
    }

    private sealed record ToyBox(string Path);
}
