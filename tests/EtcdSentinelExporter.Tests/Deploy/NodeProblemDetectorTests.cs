using System.Text.Json;
using EtcdSentinelExporter.Cli;
using Xunit;

namespace EtcdSentinelExporter.Tests.Deploy;

public sealed class NodeProblemDetectorTests
{
    [Fact]
    public void The_configuration_starts_the_plugin_and_waits_for_it()
    {
        using var json = JsonDocument.Parse(File.ReadAllText(
            Path.Combine(Repo.Root, "deploy", "node-problem-detector", "etcd-sentinel.json")));
        var (plugin, rule) = (
            json.RootElement.GetProperty("pluginConfig"), json.RootElement.GetProperty("rules")[0]);

        Assert.Equal(["check", "--plugin"], rule.GetProperty("args").EnumerateArray().Select(word => word.GetString()));
        Assert.Equal(CheckOutput.MaxPluginLength, plugin.GetProperty("max_output_length").GetInt32());
        // A check with something that hangs takes 28 seconds.
        Assert.Equal("45s", rule.GetProperty("timeout").GetString());
        Assert.Equal(
            json.RootElement.GetProperty("conditions")[0].GetProperty("type").GetString(),
            rule.GetProperty("condition").GetString());
    }
}
