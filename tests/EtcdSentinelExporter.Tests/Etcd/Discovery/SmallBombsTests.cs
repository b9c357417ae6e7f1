using EtcdSentinelExporter.Etcd.Discovery;
using EtcdSentinelExporter.Host.Units;
using EtcdSentinelExporter.Tests.Support;
using Xunit;

namespace EtcdSentinelExporter.Tests.Etcd.Discovery;

/// <summary>Small files whose meaning is large: each costs about what its text costs, is named with its trouble, and
/// leaves nothing behind once it is repaired.</summary>
public sealed class SmallBombsTests : IDisposable
{
    private const string Manifest = EtcdDiscovery.DefaultManifest;
    private const string Unit = "/etc/systemd/system/etcd.service";
    private const string EnvironmentFile = "/etc/default/etcd";
    private const long MaxAllocatedBytes = 64 << 20;

    private static readonly Dictionary<string, (string Path, string Text, string Complaint)> Bombs =
        new(StringComparer.Ordinal)
        {
            ["variables that double"] = (Manifest, Pod(args: "", Doubling(41)), "to more than 131072 characters"),
            ["variables that are long"] = (
                Manifest, Pod(args: "", $"    - {{name: A, value: {new string('x', 100_000)}}}\n" + Many(100, n =>
                    $"    - {{name: B{n}, value: $(A)}}\n")),
                "to more than 2097152 characters"),
            ["aliases of items and containers"] = (
                Manifest,
                "kind: List\nx: &c {name: n, image: i, command: [sh]}\n"
                + $"p: &p {{kind: Pod, spec: {{containers: [{Many(2000, _ => "*c,")}]}}}}\nitems: [{Many(2000, _ => "*p,")}]\n",
                "aliases expand to more than"),
            ["aliases of a long script"] = (
                Manifest,
                $"kind: Pod\nx: &s '{new string('x', 50_000)}'\ny: &c {{name: n, command: [sh, -c, *s]}}\n"
                + $"spec: {{containers: [{Many(2000, _ => "*c,")}]}}\n",
                "aliases expand to more than"),
            ["references in an argument that is too long"] = (
                Manifest, Pod($"    - '--name={Many(70_000, _ => "$(")}'\n", ""), "to more than 131072 characters"),
            ["lines of one backslash"] = (
                Unit, $"[Service]\nExecStart=/usr/bin/etcd \\\n{Many(140_000, _ => "\\\n")}", "has a line of more than"),
            ["lines of one backslash for the environment"] = (
                EnvironmentFile, $"A=b \\\n{Many(140_000, _ => "\\\n")}", "has a line of more than"),
            ["a long variable, often"] = (
                Unit, $"[Service]\nEnvironment=A={new string('y', 100_000)}\nExecStart=etcd --name={Many(20_000, _ => "${A}")}\n",
                "to more than 131072 characters"),
            ["a long variable, often, as words"] = (
                Unit, $"[Service]\nEnvironment=A={new string('y', 100_000)}\nExecStart=etcd {Many(20_000, _ => "$A ")}\n",
                "to more than 2097152 characters"),
            ["braces that are not closed"] = (
                Unit, $"[Service]\nExecStart=etcd --name={Many(70_000, _ => "${")}\n", "has a line of more than"),
            ["specifiers"] = (
                Unit, $"[Service]\nExecStart=etcd --name={Many(20_000, _ => "%n")}\n", "to more than 131072 characters"),
            ["files for the environment"] = (
                Unit, $"[Service]\nExecStart=etcd\n{Many(1000, _ => $"EnvironmentFile={EnvironmentFile}\n")}",
                "lists 1000 environment files; list at most 16"),
        };

    private readonly TempNode _node = new();

    public static TheoryData<string> Names { get; } = [.. Bombs.Keys];

    public void Dispose() => _node.Dispose();

    [Theory]
    [MemberData(nameof(Names))]
    public async Task A_bomb_is_malformed_and_its_file_is_named(string name)
    {
        var (path, text, complaint) = Bombs[name];
        Install().With(path, text);

        var discovering = Measured(() => _node.DiscoverAsync(), out var allocated);

        var problem = (await discovering).Problem!;
        Assert.Equal(EtcdConfigProblem.Malformed, problem.Reason);
        Assert.StartsWith(path, problem.Message, StringComparison.Ordinal);
        Assert.Contains(complaint, problem.Message, StringComparison.Ordinal);
        Assert.InRange(allocated, 0, MaxAllocatedBytes);
    }

    [Theory]
    [MemberData(nameof(Names))]
    public async Task What_is_repaired_is_found_by_the_next_look(string name)
    {
        Install().With(Bombs[name].Path, Bombs[name].Text);
        await _node.DiscoverAsync();

        _node.With(Bombs[name].Path, Bombs[name].Path switch
        {
            Manifest => Pod("    - --name=$(A)\n", "    - {name: A, value: repaired}\n"),
            Unit => "[Service]\nExecStart=etcd --name=repaired\n",
            _ => "ETCD_NAME=repaired\n",
        });

        Assert.Equal("repaired", (await _node.DiscoverAsync()).Found?.Name);
    }

    // None of them is wrong: they only have more of one thing than any file has.
    [Fact]
    public void Many_words_lines_or_volumes_cost_no_more_than_each_of_them()
    {
        var words = Pod(Many(20_000, _ => "    - -c\n"), "");
        var lines = $"[Service]\n{Many(20_000, _ => "ExecStart=a\n")}";
        var volumes = "kind: Pod\nspec:\n  containers:\n  - name: etcd\n    image: i\n    command: [etcd]\n    volumeMounts:\n"
            + Many(3000, n => $"    - {{name: v{n}, mountPath: /m{n}}}\n") + "  volumes:\n"
            + Many(3000, n => $"  - {{name: v{n}, hostPath: {{path: /h{n}}}}}\n");

        Assert.Equal("-c", Measured(() => StaticPod.Parse(words), out var ofWords).Options["c"]);
        Assert.Equal(20_000, Measured(() => UnitText.Parse(lines).List("ExecStart"), out var ofLines).Length);
        Assert.Equal("/h2999/x", Measured(() => StaticPod.Parse(volumes), out var ofVolumes).Mounts.ToHost("/m2999/x"));
        Assert.All([ofWords, ofLines, ofVolumes], bytes => Assert.InRange(bytes, 0, MaxAllocatedBytes));
    }

    [Fact]
    public async Task Of_many_URLs_the_first_are_used_and_few_notes_are_made()
    {
        string[] options = ["listen-client", "advertise-client", "listen-metrics", "listen-peer"];
        _node.With(Manifest, Pod(
            string.Concat(options.Select(name => $"    - --{name}-urls={Many(1000, _ => "x,")}\n")), ""));

        var found = (await _node.DiscoverAsync()).Found!;

        Assert.Equal("listen-client-urls: only the first 16 of 1000 URLs are used", found.Notes[0]);
        Assert.InRange(found.Notes.Length, 1, 32);
    }

    // Enabled, and with a file for its environment, of which it takes its name.
    private TempNode Install() => _node
        .With(EnvironmentFile, "A=b\n")
        .With(Unit, $"[Service]\nEnvironmentFile={EnvironmentFile}\nExecStart=etcd\n")
        .WithLink("/etc/systemd/system/multi-user.target.wants/etcd.service", Unit);

    private static string Pod(string args, string environment) =>
        "kind: Pod\nspec:\n  containers:\n  - name: etcd\n    image: i\n    command:\n    - etcd\n"
        + $"{args}    env:\n{environment}";

    private static string Doubling(int count) => Many(count, n =>
        $"    - {{name: V{n}, value: \"{(n == 0 ? "xxxxxxxxxxxxxxxx" : $"$(V{n - 1})$(V{n - 1})")}\"}}\n");

    private static string Many(int count, Func<int, string> one) =>
        string.Concat(Enumerable.Range(0, count).Select(one));

    // What is done before the first wait: all of the first try.
    private static T Measured<T>(Func<T> work, out long allocated)
    {
        var before = GC.GetAllocatedBytesForCurrentThread();
        var result = work();
        allocated = GC.GetAllocatedBytesForCurrentThread() - before;
        return result;
    }
}
