using System.Diagnostics;
using System.Net;

namespace EtcdSentinelExporter.Lab.Incidents;

/// <summary>Makes an incident happen to a lab, and compares the shipped alerts that fire with the expected
/// ones.</summary>
internal sealed class IncidentRun
{
    private static readonly TimeSpan Second = TimeSpan.FromSeconds(1);

    // Everything must be quiet for this time before, and nothing else may fire for this time after.
    private static readonly TimeSpan Quiet = 12 * Second;
    private static readonly TimeSpan Settle = 15 * Second;

    private readonly Incident _incident;
    private readonly Stopwatch _sinceStart;
    private readonly Stopwatch _sinceBegin = new();
    private readonly ExpectedAlerts _expected = ExpectedAlerts.Load();
    private readonly MachineNoise _noise = new();
    private readonly AlertWatch _alerts;

    private readonly Pager _pager;

    private IncidentRun(Incident incident, DemoLab lab, Pager pager, Stopwatch sinceStart)
    {
        (_incident, Lab, _pager, _sinceStart) = (incident, lab, pager, sinceStart);
        _alerts = new(lab.Prometheus);
    }

    public DemoLab Lab { get; }

    public string Story => _incident.Story;

    /// <summary>Folder of the rules that Prometheus loads.</summary>
    public static string Rules => Path.Combine(TestRun.Folder, "rules");

    public bool HasBegun => _sinceBegin.IsRunning;

    /// <summary>Time since it began; zero before.</summary>
    public TimeSpan Elapsed => _sinceBegin.Elapsed;

    /// <param name="exporter">Path of the exporter.</param>
    /// <param name="sinceStart">Runs since the start of this process.</param>
    public static async Task<IncidentRun> StartAsync(
        Incident incident, EtcdBinary binary, string exporter, Stopwatch sinceStart)
    {
        await incident.PrepareAsync();
        var lab = await DemoLab.StartNodesAsync(binary, incident.Recordings, incident.Flags);
        Console.WriteLine(LabPlace.DescribeDrives(lab));
        var found = await DiskOfPath.Here.LocateAsync(lab.Cluster.Members[0].Node.DataDir);
        if (found.Device is null)
        {
            Console.WriteLine(
                $"the members' data is on no disk that can be named ({found.Type}), and no alert on its disk can fire");
        }
        // Polls are frequent, so that an incident is short.
        await lab.StartExportersAsync(exporter, "--members.every=3s", "--members.timeout=3s");
        RuleCopies.Write(Rules);
        Console.WriteLine("rules: as shipped, with a shorter \"for\": a second for each minute, at least 10 s");
        var pager = await Pager.StartAsync();
        await lab.StartPrometheusAsync(Rules, pager.Address);
        Demo.PrintLinks(lab);
        return new(incident, lab, pager, sinceStart);
    }

    /// <exception cref="LabException">The alerts differ from the expected ones.</exception>
    public async Task RunAsync()
    {
        Console.WriteLine($"{_incident.Name}: {_incident.Story}");
        await WaitUntilQuietAsync();
        Console.WriteLine("nothing fires.");
        if (_incident is not HealthyCluster)
            Console.WriteLine("Now it happens.");
        _sinceBegin.Start();
        await _incident.HappenAsync(Lab);
        await EndureAsync();
        Console.WriteLine($"\n{_alerts.Describe().TrimEnd('\n')}");
        await JudgeAsync();
    }

    /// <summary>Lets it go on, so that alerts can be looked at in Prometheus.</summary>
    public async Task GoOnAsync()
    {
        Console.WriteLine(
            $"The incident goes on; alerts: {Lab.Prometheus.Address}alerts. Ctrl-C stops and removes everything.");
        while (true)
        {
            await _incident.MeanwhileAsync(this);
            await Task.Delay(Second, TimeProvider.System, CancellationToken.None);
        }
    }

    // Every target is scraped, and nothing fires that is not expected to have done so long before.
    private async Task WaitUntilQuietAsync()
    {
        Console.WriteLine($"waiting until Prometheus sees a healthy cluster, and {Quiet.TotalSeconds} s more");
        var quiet = Stopwatch.StartNew();
        var isQuiet = await Wait.BecomesTrueAsync(
            async () =>
            {
                await LookAsync();
                Lab.AssertRuns();
                var up = await Lab.Prometheus.AskAsync("sum(up) + sum(etcd_sentinel_member_up)");
                if (up.SingleOrDefault()?.Value != 3 * Lab.Nodes.Length)
                    quiet.Restart();
                return quiet.Elapsed >= Quiet;
            },
            Second, Patience.Limit);
        if (!isQuiet)
        {
            var down = (await Lab.Prometheus.AskAsync("up == 0 or etcd_sentinel_member_up == 0"))
                .Select(one => $"{one.Name} 0: {one["instance"]}");
            throw new LabException(
                $"after {Patience.Limit} not every target is up, or not every member. {string.Join('\n', down)}");
        }
        if (_alerts.Fired.FirstOrDefault(alert => !IsEarly(alert.Name)) is { } early)
        {
            throw new LabException(
                $"{early.Name} fires before the incident:\n{early.Key}\n{string.Join('\n', early.Annotations.Values)}");
        }
    }

    private bool IsEarly(string name) => _incident.Early.Contains(name, StringComparer.Ordinal);

    // Until all expected alerts fire, and some seconds more.
    private async Task EndureAsync()
    {
        Stopwatch? complete = null;
        await Wait.BecomesTrueAsync(
            async () =>
            {
                await LookAsync();
                complete = Array.TrueForAll([.. Expected], alert => _alerts.CountFiring(alert.Name) >= alert.Min)
                    ? complete ?? Stopwatch.StartNew()
                    : null;
                return complete?.Elapsed >= Settle && Elapsed >= _incident.AtLeast;
            },
            Second, _incident.Limit - Elapsed);
    }

    private IEnumerable<ExpectedAlert> Expected => _expected.Of([_incident.Name, .. _noise.Slow]);

    private async Task LookAsync()
    {
        await _incident.MeanwhileAsync(this);
        _noise.TimeAWrite();
        await _alerts.LookAsync(HasBegun ? (int)Elapsed.TotalSeconds : -1);
    }

    private async Task JudgeAsync()
    {
        var complaints = await ComplainAsync();
        Console.WriteLine(_pager.Describe());
        Console.WriteLine(_noise.Description);
        var own = _expected.Of(_incident.Name);
        var others = _alerts.Names.Where(name =>
            _alerts.CountFired(name) > (own.FirstOrDefault(alert => alert.Name == name)?.Max ?? 0)).ToList();
        if (others.Count > 0 && _noise.Slow.Length > 0)
            Console.WriteLine($"caused by this machine, not by the incident: {string.Join(' ', others)}");
        if (complaints.Count > 0)
        {
            throw new LabException(
                $"{_incident.Name}: the alerts differ from the expected ones:\n{string.Join('\n', complaints)}");
        }
        var result = own.Length > 0 ? "exactly the expected alerts fired" : "nothing fired";
        var but = own.Length == 0 && others.Count > 0 ? " but these" : "";
        Console.WriteLine($"{_incident.Name}: {result}{but} ({(int)_sinceStart.Elapsed.TotalSeconds} s in all).");
    }

    // One line for each difference between the expected and the fired alerts.
    private async Task<List<string>> ComplainAsync()
    {
        var complaints = new List<string>();
        foreach (var (name, min, max) in Expected)
        {
            if (_alerts.CountFiring(name) < min)
                complaints.Add($"{name}: {_alerts.CountFiring(name)} fire at the end, expected at least {min}");
            if (_alerts.CountFired(name) > max)
                complaints.Add($"{name}: {_alerts.CountFired(name)} fired, expected at most {max}");
        }
        complaints.AddRange(_alerts.Names.Except(Expected.Select(alert => alert.Name))
            .Select(name => $"{name}: fired unexpectedly"));
        complaints.AddRange(_incident.MustSay.Where(one => !_alerts.Said(one.Alert, one.Regex))
            .Select(one => $"no annotation of {one.Alert} matches: {one.Regex}"));
        foreach (var name in _incident.Stays)
        {
            var changes = $$"""max(changes(ALERTS_FOR_STATE{alertname="{{name}}"}[10m])) > 0""";
            if (await Lab.Prometheus.AskAsync(changes) is not [])
                complaints.Add($"{name}: resolved and fired again, expected to keep firing");
        }
        complaints.AddRange(
            _pager.Complaints(_incident.Pages, _expected.Of(_noise.Slow).Select(alert => alert.Name)));
        complaints.AddRange(await FindDeadLinksAsync());
        return complaints;
    }

    // Each runbook_local must answer.
    private async Task<List<string>> FindDeadLinksAsync()
    {
        using var http = new HttpClient(new SocketsHttpHandler { UseProxy = false }) { Timeout = Patience.Limit };
        var dead = new List<string>();
        foreach (var link in _alerts.Fired
            .Select(alert => alert.Annotations.GetValueOrDefault("runbook_local")).OfType<string>().Distinct())
        {
            using var answer = await http.GetAsync(new Uri(link));
            if (answer.StatusCode is not HttpStatusCode.OK)
                dead.Add($"{link} answers {(int)answer.StatusCode}");
        }
        return dead;
    }
}
