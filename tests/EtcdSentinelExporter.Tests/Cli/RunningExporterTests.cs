using EtcdSentinelExporter.Cli;
using EtcdSentinelExporter.Settings;
using EtcdSentinelExporter.Tests.Support;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Xunit;

namespace EtcdSentinelExporter.Tests.Cli;

public sealed class RunningExporterTests
{
    [Theory]
    [InlineData("""{"at":"soon","node":"a","version":"1","status":"ok","verdict":"b"}""")]
    [InlineData("""{"at":7,"node":"a","version":"1","status":"ok","verdict":"b"}""")]
    [InlineData("""{"at":"2026-01-01T12:00:00Z"}""")]
    [InlineData("[]")]
    [InlineData("")]
    public async Task Another_program_on_the_port_is_no_exporter(string body) => Assert.Null(await AskAsync(body));

    [Fact]
    public async Task What_the_exporter_knows_is_taken()
    {
        var result = await AskAsync(
            """{"at":"2026-01-01T12:00:00Z","node":"a","version":"1","status":"critical","verdict":"b"}""");

        Assert.Equal(("a", "b"), (result!.Report.Node, result.Report.Verdict));
        Assert.Equal("critical", result.Report.StatusWord);
    }

    private static async Task<CheckResult?> AskAsync(string body)
    {
        await using var server = await FakeEtcd.StartAsync(
            context => context.Response.WriteAsync(body), HttpProtocols.Http1);
        var settings = new SettingsReader(Catalog.Settings, _ => "").Read(
            RawSettings.None,
            new Dictionary<string, string>(StringComparer.Ordinal)
            {
                ["ETCDSENTINEL_WEB_LISTEN_ADDRESS"] = new Uri(server.Endpoint.Text).Authority,
            });
        var context = new CommandContext(
            TextWriter.Null, TextWriter.Null, new Dictionary<string, string>(StringComparer.Ordinal), _ => "",
            TimeProvider.System);
        return await RunningExporter.AskAsync(
            settings, context, new(TimeSpan.FromSeconds(1), CheckFormat.Text, [], IsPlugin: true, Textfile: null),
            TestContext.Current.CancellationToken);
    }
}
