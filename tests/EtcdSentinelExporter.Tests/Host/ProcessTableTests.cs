using EtcdSentinelExporter.Host;
using EtcdSentinelExporter.Tests.Support;
using Xunit;

namespace EtcdSentinelExporter.Tests.Host;

public sealed class ProcessTableTests : IDisposable
{
    private readonly TempNode _proc = new TempNode().With("/stat", "cpu 1 2 3\nbtime 1700000000\nprocesses 7\n");

    [Fact]
    public void A_process_started_so_long_after_boot()
    {
        With(7, "etcd", "etcd\0--name=cp-1\0", ticks: 12_345);

        var process = Assert.Single(new ProcessTable(_proc.Files).Find(["etcd"]));

        Assert.Equal(DateTimeOffset.FromUnixTimeMilliseconds(1_700_000_123_450), process.StartedAt);
        Assert.Equal(["etcd", "--name=cp-1"], process.Words.ToArray());
    }

    [Fact]
    public void Names_are_cut_as_the_kernel_cuts_them_and_may_hold_brackets()
    {
        With(7, "kube-controller", "kube-controller-manager\0", ticks: 100);
        With(8, "a) (b", "x\0", ticks: 100);
        With(9, "kube-scheduler", "kube-scheduler\0", ticks: 100);

        Assert.Equal(["kube-controller", "a) (b"],
            new ProcessTable(_proc.Files).Find(["kube-controller-manager", "a) (b"]).Select(process => process.Name));
    }

    [Theory]
    [InlineData("")]
    [InlineData("7 (etcd) S 1")]
    [InlineData("7 (etcd) S 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 x 20")]
    [InlineData("7 (etcd) S 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 99999999999999999999 20")]
    public void What_no_kernel_writes_is_no_process(string stat)
    {
        _proc.With("/7/comm", "etcd\n").With("/7/cmdline", "etcd\0").With("/7/stat", stat);

        Assert.Empty(new ProcessTable(_proc.Files).Find(["etcd"]));
    }

    [Fact]
    public void Without_a_process_table_there_are_no_processes()
    {
        using var empty = new TempNode();

        Assert.Empty(new ProcessTable(empty.Files).Find(["etcd"]));
    }

    [Fact]
    public void This_very_test_runs_since_before_now()
    {
        var own = File.ReadAllText("/proc/self/comm").TrimEnd('\n');

        var found = new ProcessTable(new HostFiles("/proc", TimeProvider.System)).Find([own]);

        Assert.Contains(found, process => process.StartedAt <= TimeProvider.System.GetUtcNow().AddSeconds(1));
    }

    [Theory]
    [InlineData("0::/system.slice/kube-apiserver.service\n", "kube-apiserver.service")]
    [InlineData("0::/../../system.slice/kube-apiserver.service\n", "kube-apiserver.service")]
    [InlineData("0::/user.slice/user-1000.slice/user@1000.service/app.slice/kube-apiserver.service\n", null)]
    [InlineData("0::/kubepods.slice/kubepods-pod1.slice/cri-containerd-2.scope\n", null)]
    public void Only_a_service_of_the_system_is_a_unit(string groups, string? unit)
    {
        With(7, "kube-apiserver", "kube-apiserver\0", ticks: 100);
        _proc.With("/7/cgroup", groups);

        Assert.Equal(unit, Assert.Single(new ProcessTable(_proc.Files).Find(["kube-apiserver"])).Unit);
    }

    public void Dispose() => _proc.Dispose();

    private void With(int id, string name, string commandLine, long ticks) => _proc
        .With($"/{id}/comm", name + "\n")
        .With($"/{id}/cmdline", commandLine)
        .With($"/{id}/stat", $"{id} ({name}) S 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 {ticks} 20 21");
}
