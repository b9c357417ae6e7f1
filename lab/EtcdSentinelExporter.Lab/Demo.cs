using System.Diagnostics;
using EtcdSentinelExporter.Lab.Views;

namespace EtcdSentinelExporter.Lab;

/// <summary>Shows what Prometheus has of a healthy cluster, and that other programs agree.</summary>
internal sealed class Demo(DemoLab lab, Stopwatch sinceStart)
{
    private const string NotInBaseUnits =
        "etcd_sentinel_certificate_days_left use base unit \"seconds\" instead of \"days\"\n";

    private static readonly TimeSpan Second = TimeSpan.FromSeconds(1);

    private readonly MembersView _members = new(lab);
    private readonly PassthroughView _passthrough = new(lab);
    private readonly CertificatesView _certificates = new(lab);
    private readonly StorageView _storage = new(lab);
    private readonly DrivesView _drives = new(lab);

    /// <summary>Prepares what the tables show: renewed certificates that are not served, and a fragmented
    /// database.</summary>
    public async Task PrepareAsync()
    {
        foreach (var node in lab.ControlPlanes)
            node.Issue("apiserver", 365);
        await lab.Workload.FragmentAsync();
    }

    public static void PrintLinks(DemoLab lab)
    {
        foreach (var (node, exporter) in lab.Nodes.Zip(lab.Exporters))
            Console.WriteLine($"exporter on {node}   {exporter.Address}metrics");
        Console.WriteLine("etcd's own         the same with /etcd/metrics");
        Console.WriteLine($"Prometheus         {lab.Prometheus.Address}graph"
            + "?g0.expr=etcd_sentinel_db_fragmentation_ratio&g0.tab=0&g0.range_input=15m");
        Console.WriteLine($"folder             {TestRun.Folder}\n");
    }

    /// <summary>Prints every table once.</summary>
    /// <exception cref="LabException">Prometheus and another program do not agree.</exception>
    public async Task ShowOnceAsync(string version)
    {
        await LintAsync();
        await SettleAsync(_members);
        await SettleAsync(_passthrough);
        await PrintAsync(_members);
        await PrintAsync(_passthrough, "\netcd's own metrics, through /etcd/metrics:");
        Console.WriteLine($"\nPrometheus and etcdctl agree about all {lab.Nodes.Length} members "
            + $"(etcd {version}, after {(int)sinceStart.Elapsed.TotalSeconds} s).\n");
        await SettleAsync(_certificates, Renewals);
        await PrintAsync(_certificates);
        await TakeUpAsync();
        await ShowDisksAsync();
    }

    /// <summary>Prints every table, then that of the members again and again.</summary>
    public async Task WatchAsync()
    {
        await WarnAsync(_members);
        await WarnAsync(_certificates);
        await PrintAsync(_certificates);
        await ShowDisksAsync();
        Console.WriteLine("\nCtrl-C stops and removes everything.");
        var rows = await PrintAsync(_members);
        while (true)
        {
            await Task.Delay(5 * Second, TimeProvider.System, CancellationToken.None);
            lab.AssertRuns();
            if (Console.IsOutputRedirected)
                continue;
            Console.Write($"\e[{rows}A\e[J");
            rows = await PrintAsync(_members);
        }
    }

    private async Task ShowDisksAsync()
    {
        await SettleAsync(_drives);
        await SettleAsync(_storage);
        await PrintAsync(_storage, "\nThe disk under each member, confirmed by findmnt and lsblk:");
        await PrintAsync(_drives, "\nDrives (RECORDINGS, played by a stand-in for smartctl):");
    }

    // The first node's API server is restarted, and serves its new certificate.
    private async Task TakeUpAsync()
    {
        lab.ControlPlanes[0].ApiServer.Restart();
        if (!await Wait.BecomesTrueAsync(
            async () => await _certificates.ServesItsFileAsync(lab.Nodes[0]) == 1, Second, Patience.Limit))
        {
            throw new LabException($"the restarted API server of {lab.Nodes[0]} does not show as serving its new "
                + $"certificate.{DemoLab.LogAbout(lab.Nodes[0])}");
        }
        Console.WriteLine($"\nPrometheus and openssl agree about every file and port; {lab.Nodes[0]} was restarted "
            + "and serves its renewed certificate.");
    }

    // promtool's check of the pages as they are served. One family is not in base units, because people search for that
    // name.
    private async Task LintAsync()
    {
        foreach (var (node, exporter) in lab.Nodes.Zip(lab.Exporters))
        {
            var page = (await exporter.ScrapeAsync()).Text;
            var complaints = (await CleanProcess.RunAsync(
                    "/bin/sh", ["-c", "\"$0\" check metrics 2>&1 || true", Tools.Find("promtool")], page))
                .Replace(NotInBaseUnits, "", StringComparison.Ordinal);
            if (complaints.Length > 0)
                throw new LabException($"promtool complains about the page of the exporter on {node}:\n{complaints}");
        }
    }

    private async Task<IReadOnlyList<string>> Renewals()
    {
        var complaints = new List<string>();
        foreach (var node in lab.Nodes)
        {
            if (await _certificates.ServesItsFileAsync(node) != 0)
                complaints.Add($"{node}: the API server's renewed certificate is not reported as unserved");
        }
        return complaints;
    }

    private async Task SettleAsync(IView view, Func<Task<IReadOnlyList<string>>>? more = null)
    {
        var complaints = await ComplaintsAsync(view, more);
        if (complaints.Count > 0)
        {
            throw new LabException($"after {Patience.Limit} {view.Disagreement}:\n"
                + string.Join('\n', complaints) + DemoLab.LogAbout(complaints[0]));
        }
    }

    private async Task WarnAsync(IView view)
    {
        if (await ComplaintsAsync(view) is [var first, ..])
            Console.WriteLine($"{view.Disagreement}: {first}");
    }

    // Until there are none, or the limit is over.
    private async Task<IReadOnlyList<string>> ComplaintsAsync(
        IView view, Func<Task<IReadOnlyList<string>>>? more = null)
    {
        IReadOnlyList<string> complaints = [];
        await Wait.BecomesTrueAsync(
            async () =>
            {
                lab.AssertRuns();
                complaints = [.. await view.CompareAsync(), .. more is null ? [] : await more()];
                return complaints.Count == 0;
            },
            Second, Patience.Limit);
        return complaints;
    }

    private static async Task<int> PrintAsync(IView view, string? heading = null)
    {
        if (heading is not null)
            Console.WriteLine(heading);
        var rows = await view.DrawAsync();
        foreach (var row in rows)
            Console.WriteLine(row);
        return rows.Count;
    }
}
