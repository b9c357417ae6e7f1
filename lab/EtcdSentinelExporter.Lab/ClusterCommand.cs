using System.CommandLine;
using System.Diagnostics;
using System.Globalization;
using EtcdSentinelExporter.Lab.Installing;

namespace EtcdSentinelExporter.Lab;

/// <summary>The verb <c>cluster</c>.</summary>
internal static class ClusterCommand
{
    public static Command Create()
    {
        var flags = new Option<string[]>("--etcd-flag") { Description = "A flag of etcd, beyond kubeadm's." };
        var exporter = new Option<string?>("--exporter") { Description = "Start this exporter on each node." };
        var keep = new Option<bool>("--keep") { Description = "Keep the folder." };
        var words = new Argument<string[]>("command") { Arity = ArgumentArity.OneOrMore };
        var command = new Command("cluster", """
            Starts three etcd members in kubeadm-like folders, and runs a command beside them. Its environment has LAB
            (the folder), LAB_NODES, LAB_CLIENT_PORTS, LAB_METRICS_PORTS, LAB_PIDS, LAB_EXPORTERS and LAB_EXPORTER_PIDS.
            """) { flags, exporter, keep, words };
        command.SetAction(async parsed =>
        {
            Installer.InstallForDemo();
            return await LabSession.RunAsync(await LabPlace.ChooseAsync(), parsed.GetValue(keep), () =>
                RunAsync(parsed.GetValue(flags) ?? [], parsed.GetValue(exporter), parsed.GetValue(words)!));
        });
        return command;
    }

    private static async Task<int> RunAsync(string[] flags, string? exporter, string[] command)
    {
        var lab = await DemoLab.StartNodesAsync(EtcdBinary.Default, ["good-ssd", "good-ssd", "good-nvme"], [.. flags]);
        if (exporter is not null)
            await lab.StartExportersAsync(Path.GetFullPath(exporter));
        var start = new ProcessStartInfo(command[0], command[1..]);
        start.Environment["LAB"] = TestRun.Folder;
        start.Environment[TestRun.Marker] = TestRun.Id;
        start.Environment["LAB_NODES"] = string.Join(' ', lab.Cluster.Members.Select(member => member.Node.Root));
        start.Environment["LAB_CLIENT_PORTS"] = Join(lab.Cluster.Members.Select(member => member.Ports.Client));
        start.Environment["LAB_METRICS_PORTS"] = Join(lab.Cluster.Members.Select(member => member.Ports.Metrics));
        start.Environment["LAB_PIDS"] = Join(lab.Cluster.Members.Select(member => member.ProcessId));
        if (exporter is not null)
        {
            start.Environment["LAB_EXPORTERS"] = string.Join(' ', lab.Exporters.Select(one => one.Address));
            start.Environment["LAB_EXPORTER_PIDS"] = Join(lab.Exporters.Select(one => one.Process.Id));
        }
        using var process = Process.Start(start) ?? throw new LabException($"{command[0]} did not start");
        await process.WaitForExitAsync();
        return process.ExitCode;
    }

    private static string Join(IEnumerable<int> numbers) =>
        string.Join(' ', numbers.Select(one => one.ToString(CultureInfo.InvariantCulture)));
}
