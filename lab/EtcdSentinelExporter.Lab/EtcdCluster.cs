
using System.Net;

namespace EtcdSentinelExporter.Lab;

/// <summary>A cluster of real etcd members on loopback; removed when disposed and when this process ends.</summary>
internal sealed class EtcdCluster : IAsyncDisposable
{
    // Three write-ahead logs need 192 MB from the start, and containers have 64 MB of such memory.
    private const long Needed = 2L << 30;

    private readonly string _folder;
    private readonly ClusterOptions _options;
    private readonly List<MemberProcess> _members = [];
    private string _version = "";

    private EtcdCluster(ClusterOptions options)
    {
        _options = options;
        var place = HasMemory() ? TestRun.InMemory : Path.Combine(TestRun.Folder, "etcd");
        _folder = Directory.CreateDirectory(options.Folder ?? $"{place}-{Guid.NewGuid():N}").FullName;
        AppDomain.CurrentDomain.ProcessExit += OnProcessExit;
    }

    public IReadOnlyList<MemberProcess> Members => _members;

    public TestPki Pki { get; } = new();

    /// <summary>Starts a healthy cluster. Retries if another process took a port meanwhile.</summary>
    /// <exception cref="TimeoutException">The cluster did not become healthy in time.</exception>
    public static async Task<EtcdCluster> StartAsync(ClusterOptions? options = null)
    {
        for (var tries = 1; ; tries++)
        {
            var cluster = new EtcdCluster(options ?? new());
            try
            {
                cluster._version = await cluster._options.Binary.GetVersionAsync();
                cluster.StartMembers();
                await cluster.WaitHealthyAsync();
                return cluster;
            }
            catch (Exception e) when (e is LabException or TimeoutException)
            {
                var again = tries < 3 && cluster._members.Exists(member => member.PortWasTaken);
                await cluster.DisposeAsync();
                if (!again)
                    throw;
            }
        }
    }

    /// <summary>Runs etcdctl against all voters, running or not.</summary>
    /// <returns>The output.</returns>
    /// <exception cref="InvalidOperationException">etcdctl failed; the message has its output.</exception>
    public Task<string> EtcdctlAsync(params string[] arguments) =>
        Etcdctl.RunAsync(_members.Where(member => !member.IsLearner), arguments);

    /// <summary>Writes a value of any length.</summary>
    /// <exception cref="InvalidOperationException">etcdctl failed; the message has its output.</exception>
    public Task PutAsync(string key, string value) => Etcdctl.RunAsync(_members, ["put", key], value);

    /// <summary>Runs etcdctl against one member.</summary>
    public Task<string> EtcdctlAsync(MemberProcess member, params string[] arguments) =>
        Etcdctl.RunAsync([member], arguments);

    /// <summary>Waits until every running member answers, except learners.</summary>
    /// <exception cref="LabException">A member that should run has exited; the message has its log.</exception>
    public async Task WaitHealthyAsync()
    {
        var started = _members.Where(member => member is { IsLearner: false, Runs: true }).ToList();
        await Wait.UntilAsync(() => AnswersAsync(started), "the cluster is healthy");
    }

    /// <summary>Makes a member the leader.</summary>
    public async Task LeadAsync(int member)
    {
        var id = (await EndpointStatus.OfAsync(this, _members[member])).MemberIdHex;
        var leader = (await EndpointStatus.AllAsync(this)).ToList().FindIndex(status => status.IsLeader);
        if (leader != member)
            await EtcdctlAsync(_members[leader], "move-leader", id);
    }

    /// <exception cref="LabException">A member has ended; the message has its log.</exception>
    public void AssertRuns() => AssertRuns(_members);

    /// <summary>Overwrites one key until etcd raises NOSPACE. The number of writes depends on the disk: etcd counts
    /// committed data, every 100 ms or when the disk is ready.</summary>
    /// <param name="bytesEach">Up to 1 MiB: many small values take long.</param>
    /// <exception cref="TimeoutException">It was not full in time.</exception>
    public async Task FillAsync(int bytesEach = 60_000)
    {
        var value = new string('x', bytesEach);
        // Without pauses: a pause for each of hundreds of writes is most of the time.
        if (!await Wait.BecomesTrueAsync(() => IsRefusedAsync(value), TimeSpan.Zero, Patience.Limit))
            throw new TimeoutException($"waited {Patience.Limit} in vain until the database is full");
    }

    /// <summary>Adds and starts a learner.</summary>
    public async Task<MemberProcess> AddLearnerAsync(string name = "learner")
    {
        var learner = NewMember(name, _members[0].Loopback, _options with
        {
            ExtraFlags = [.. _options.ExtraFlags, "--initial-cluster-state=existing"],
        }, isLearner: true);
        await EtcdctlAsync("member", "add", name, "--learner", $"--peer-urls={learner.PeerUrl.Authority()}");
        _members.Add(learner);
        learner.WriteManifest(InitialCluster(), _version);
        learner.Start();
        await Wait.UntilAsync(() => Etcdctl.SucceedsAsync([learner], "endpoint", "status"), "the learner answers");
        return learner;
    }

    public ValueTask DisposeAsync()
    {
        AppDomain.CurrentDomain.ProcessExit -= OnProcessExit;
        Remove();
        Pki.Dispose();
        return ValueTask.CompletedTask;
    }

    private Etcdctl Etcdctl => new(_options, _members[0].Node);

    private static bool HasMemory() =>
        Directory.Exists("/dev/shm") && new DriveInfo("/dev/shm").AvailableFreeSpace > Needed;

    private void OnProcessExit(object? sender, EventArgs e) => Remove();

    private async Task<bool> IsRefusedAsync(string value)
    {
        try
        {
            await Etcdctl.RunAsync(_members.Where(member => !member.IsLearner), ["put", "big"], value);
            return false;
        }
        catch (InvalidOperationException e) when (e.Message.Contains("space exceeded", StringComparison.Ordinal))
        {
            return true;
        }
    }

    private void Remove()
    {
        foreach (var member in _members)
            member.Dispose();
        if (Directory.Exists(_folder))
            Directory.Delete(_folder, recursive: true);
    }

    private void StartMembers()
    {
        for (var number = 1; number <= _options.Members; number++)
            _members.Add(NewMember($"cp-{number}", _options.AddressOf(number), _options, isLearner: false));
        foreach (var member in _members)
        {
            member.WriteManifest(InitialCluster(), _version);
            member.Start();
        }
    }

    private MemberProcess NewMember(string name, IPAddress address, ClusterOptions options, bool isLearner)
    {
        var node = new NodeFolder(Path.Combine(_folder, name), options.Form);
        node.Create();
        Pki.WriteNode(node, name, address);
        return new(name, address, Ports.Free(), node, options) { IsLearner = isLearner };
    }

    private string InitialCluster() =>
        string.Join(',', _members.Select(member => $"{member.Name}={member.PeerUrl.Authority()}"));

    private static void AssertRuns(List<MemberProcess> members)
    {
        if (members.Find(member => !member.Runs) is { } ended)
            throw new LabException($"the etcd of {ended.Name} has ended. Its log:\n{LogFile.End(ended.Node.Log)}");
    }

    private async Task<bool> AnswersAsync(List<MemberProcess> members)
    {
        AssertRuns(members);
        return await Etcdctl.SucceedsAsync(members, "endpoint", "health");
    }
}
