using System.Diagnostics;

namespace EtcdSentinelExporter.Lab.Incidents;

/// <summary>Ends the incident <c>nospace</c> with <c>recover nospace --execute</c>, run on the node that
/// acts: the one whose member has the smallest ID.</summary>
internal static class NoSpaceRecovery
{
    // The members' data are on a disk of this machine; journal and snapshot must not be.
    private const string Memory = "/dev/shm";

    /// <param name="program">The exporter.</param>
    /// <exception cref="LabException">It failed, or etcd still refuses writes.</exception>
    public static async Task RunAsync(DemoLab lab, string program)
    {
        await Wait.UntilAsync(() => AnswersAsync(lab.Cluster), "all members answer");
        var actor = lab.Cluster.Members.Zip(await EndpointStatus.AllAsync(lab.Cluster))
            .MinBy(pair => pair.Second.MemberId).First;
        var folder = Directory.CreateDirectory(Path.Combine(Memory, $"recover-{TestRun.Id}")).FullName;
        try
        {
            // Debian's etcd has a known fault, and the rooms of the other nodes are this machine's.
            string[] words =
            [
                "recover", "nospace", "--execute", "--yes", "--force=version", "--trust-room",
                $"--snapshot={folder}/before.db", $"--path.rootfs={actor.Node.Root}",
                "--etcd.processes=false",
            ];
            Console.WriteLine($"\n$ etcd-sentinel-exporter {string.Join(' ', words)}");
            var start = CleanProcess.Clean(program, words);
            start.Environment["RUNTIME_DIRECTORY"] = folder;
            using var process = Process.Start(start) ?? throw new LabException($"{program} did not start");
            await process.WaitForExitAsync();
            if (process.ExitCode != 0)
                throw new LabException($"recover ended with {process.ExitCode}");
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
        await lab.Cluster.EtcdctlAsync("put", "/registry/configmaps/default/after", "written");
        Console.WriteLine("etcd takes writes: put /registry/configmaps/default/after says OK");
    }

    // The incident restarted one of them a moment ago.
    private static async Task<bool> AnswersAsync(EtcdCluster cluster)
    {
        try
        {
            return (await EndpointStatus.AllAsync(cluster)).All(status => status.Number("leader") > 0);
        }
        catch (InvalidOperationException)
        {
            return false;
        }
    }
}
