using System.Text.Json;
using Xunit;

namespace EtcdSentinelExporter.IntegrationTests.Recovery;

/// <summary>What <c>recover nospace</c> prints, run as it is printed.</summary>
public sealed class PrintedTests
{
    public static TheoryData<string> Binaries => [.. EtcdBinary.Available.Select(binary => binary.Etcd)];

    [Theory]
    [MemberData(nameof(Binaries))]
    public async Task The_commands_of_the_text_bring_a_full_cluster_back(string etcd)
    {
        await using var cluster = await FullCluster.StartAsync(etcd, 3);
        using var recover = new RecoverNode(await FullCluster.ActorAsync(cluster));
        await using var node = new LabNode(cluster.Members[0], FullCluster.Binary(etcd));
        using var shell = node.OpenShell();
        var before = await FullCluster.HashesAsync(cluster);

        var (code, plan, error) = await recover.RunAsync(["nospace", "--output=json", .. RecoverNode.Usual]);

        Assert.True(code == 0, plan + error);
        using var json = JsonDocument.Parse(plan);
        foreach (var step in json.RootElement.GetProperty("steps").EnumerateArray())
        {
            foreach (var check in step.GetProperty("before").EnumerateArray())
                await RunAsync(shell, node, check);
            var printed = await RunAsync(shell, node, step.GetProperty("commands")[0]);
            Assert.Matches(step.GetProperty("expect_pattern").GetString() ?? "", printed);
            foreach (var check in step.GetProperty("after").EnumerateArray())
                await RunAsync(shell, node, check);
        }
        await FullCluster.AssertRecoveredAsync(cluster, before);
        Assert.Equal(3, node.Calls.Count(call => call.EndsWith(" defrag", StringComparison.Ordinal)));
        Assert.Single(node.Calls, call => call.Contains(" move-leader ", StringComparison.Ordinal));
    }

    [Theory]
    [MemberData(nameof(Binaries))]
    public async Task The_script_asks_before_each_step_and_does_the_same(string etcd)
    {
        await using var cluster = await FullCluster.StartAsync(etcd, 3);
        using var recover = new RecoverNode(await FullCluster.ActorAsync(cluster));
        await using var node = new LabNode(cluster.Members[0], FullCluster.Binary(etcd));
        using var shell = node.OpenShell();
        var before = await FullCluster.HashesAsync(cluster);
        var (_, text, _) = await recover.RunAsync(["nospace", "--script", .. RecoverNode.Usual]);
        var script = Path.Combine(recover.Folder, "recover.sh");
        await File.WriteAllTextAsync(script, node.Localize(text));

        var (warnings, checkedAs) = await CleanProcess.TryRunAsync(Tools.Find("shellcheck"), [script]);
        Assert.True(warnings == 0, checkedAs);
        var refused = await shell.RunAsync($"! bash {script} <<'END'\nyes\nno\nEND");

        Assert.True(refused.Contains("Stopped: nothing of this step was done.", StringComparison.Ordinal), refused);
        await FullCluster.AssertStillFullAsync(cluster);
        // The first try saved a snapshot.
        await shell.RunAsync(node.Localize("rm /root/etcd-before-recovery.db"));
        var done = await shell.RunAsync($"bash {script} <{await YesAsync(recover)}");
        Assert.EndsWith("Done.\n", done, StringComparison.Ordinal);
        await FullCluster.AssertRecoveredAsync(cluster, before);
    }

    // A snapshot of a member that is dead would wait for the ten minutes of its time limit.
    [Fact]
    public async Task The_script_stops_before_its_first_step_where_the_member_of_the_node_is_down()
    {
        await using var cluster = await FullCluster.StartAsync(EtcdBinary.Default.Etcd, 3);
        var actor = await FullCluster.ActorAsync(cluster);
        using var recover = new RecoverNode(actor);
        await using var node = new LabNode(actor);
        using var shell = node.OpenShell();
        var (_, text, _) = await recover.RunAsync(["nospace", "--script", .. RecoverNode.Usual]);
        var script = Path.Combine(recover.Folder, "recover.sh");
        await File.WriteAllTextAsync(script, node.Localize(text));
        actor.Kill();

        var printed = await shell.RunAsync($"! bash {script} <{await YesAsync(recover)}");

        Assert.Contains("Stopped: before this step: Every member answers.", printed, StringComparison.Ordinal);
        Assert.DoesNotContain(node.Calls, call => call.Contains("snapshot", StringComparison.Ordinal));
    }

    [Fact]
    public async Task On_k3s_the_program_is_the_form_for_the_node()
    {
        await using var cluster = await EtcdCluster.StartAsync(new() { Members = 1, Form = NodeForm.K3s });
        using var recover = new RecoverNode(await FullCluster.ActorAsync(cluster));

        var (_, plan, _) = await recover.RunAsync(["nospace", "--output=json", .. RecoverNode.Usual]);

        using var json = JsonDocument.Parse(plan);
        var compact = json.RootElement.GetProperty("steps")[1].GetProperty("commands");
        Assert.StartsWith("etcd-sentinel-exporter recover nospace --execute --only=compact",
            compact[0].GetProperty("command").GetString(), StringComparison.Ordinal);
        Assert.DoesNotContain("crictl", plan, StringComparison.Ordinal);
    }

    private static async Task<string> YesAsync(RecoverNode recover)
    {
        var answers = Path.Combine(recover.Folder, "answers");
        await File.WriteAllLinesAsync(answers, Enumerable.Repeat("yes", 20));
        return answers;
    }

    // A check is a command whose exit code decides.
    private static Task<string> RunAsync(LabShell shell, LabNode node, JsonElement command) => shell.RunAsync(
        $"if ! {{ {node.Localize(command.GetProperty("command").GetString()!)}; }}; then echo failed; exit 1; fi");
}
