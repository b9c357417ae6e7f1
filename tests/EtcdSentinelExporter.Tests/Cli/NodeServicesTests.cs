using EtcdSentinelExporter.Cli;
using EtcdSentinelExporter.Etcd.Client;
using EtcdSentinelExporter.Etcd.Members;
using EtcdSentinelExporter.Etcd.Page;
using EtcdSentinelExporter.Settings;
using EtcdSentinelExporter.Tests.Support;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;
using Xunit;

namespace EtcdSentinelExporter.Tests.Cli;

public sealed class NodeServicesTests
{
    // A slow scrape must not hold up a poll, nor a poll a scrape.
    [Fact]
    public async Task The_passthrough_of_etcds_metrics_does_not_use_the_connections_of_the_members_collector()
    {
        var connection = "";
        await using var etcd = await FakeEtcd.StartAsync(
            context =>
            {
                connection = context.Connection.Id;
                return context.Response.WriteAsync("a 1\n");
            },
            HttpProtocols.Http1);
        using var node = new TempNode();
        var given = new[]
        {
            new RawSetting("path.rootfs", node.Root, "a test"),
            new RawSetting("etcd.processes", "false", "a test"),
            new RawSetting("etcd.endpoints", etcd.Endpoint.Text, "a test"),
            new RawSetting("etcd.metrics-families", "all", "a test"),
        };
        var settings = new SettingValues(given.ToLookup(one => one.Key, StringComparer.Ordinal));
        var context = new CommandContext(
            TextWriter.Null, TextWriter.Null, new Dictionary<string, string>(StringComparer.Ordinal), _ => "",
            new FakeClock());
        using var logs = new Logs(context, settings);
        await using var services = NodeServices.Build(settings, [MembersCollector.Kind], context, logs);
        var passthrough = services.GetRequiredService<PassthroughPages>();
        var links = services.GetRequiredService<EtcdLinks>();
        var targets = await passthrough.TargetsAsync(CancellationToken.None);

        var poll = await PollAsync();
        var scrape = await ScrapeAsync();

        Assert.NotEqual(poll, scrape);
        // Each keeps its own.
        Assert.Equal((poll, scrape), (await PollAsync(), await ScrapeAsync()));

        async Task<string> PollAsync()
        {
            await links.To(targets)[0].Pages.GetMetricsAsync(
                targets[0].MetricsUrl,
                async (page, _, token) =>
                {
                    await page.CopyToAsync(Stream.Null, token);
                    return true;
                },
                CancellationToken.None);
            return connection;
        }

        async Task<string> ScrapeAsync()
        {
            await passthrough.CopyAsync(
                targets, targets[0], _ => (_, _) => ValueTask.CompletedTask, CancellationToken.None);
            return connection;
        }
    }
}
