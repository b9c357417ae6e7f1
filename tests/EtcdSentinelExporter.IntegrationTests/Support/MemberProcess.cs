using System.Diagnostics;

namespace EtcdSentinelExporter.IntegrationTests.Support;

/// <summary>One real etcd process and the node folder that describes it.</summary>
internal sealed class MemberProcess(string name, Ports ports, NodeFolder node, ClusterOptions options) : IDisposable
{
    private Process? _process;

    public string Name => name;

    public Ports Ports => ports;

    public NodeFolder Node => node;

    /// <summary>True for learners, which are left out of calls to all members: they reject most requests.</summary>
    public bool IsLearner { get; init; }

    public Uri ClientUrl { get; } = new($"{Scheme(options)}://127.0.0.1:{ports.Client}");

    public Uri PeerUrl { get; } = new($"{Scheme(options)}://127.0.0.1:{ports.Peer}");

    public Uri MetricsUrl { get; } = new($"http://127.0.0.1:{ports.Metrics}/metrics");

    public bool Runs => _process is { HasExited: false };

    public bool PortWasTaken =>
        File.Exists(node.Log)
            && File.ReadAllText(node.Log).Contains("address already in use", StringComparison.Ordinal);

    /// <summary>Process id. Throws if the member was never started.</summary>
    public int ProcessId => Process.Id;

    private Process Process => _process ?? throw new InvalidOperationException($"{name} was never started");

    public void WriteManifest(string cluster) =>
        File.WriteAllText(node.Manifest, Manifest.Render(name, ports, cluster, options));

    /// <summary>Starts etcd with the flags of its manifest, as the kubelet does. Also restarts it after <see
    /// cref="Kill"/>.</summary>
    public void Start()
    {
        _process?.Dispose();
        _process = CleanProcess.Start(
            node.Log, options.Binary.Etcd, Manifest.Flags(File.ReadAllText(node.Manifest), node.Root));
    }

    /// <summary>Sends SIGKILL and waits for the exit. Does nothing if it is not running.</summary>
    public void Kill()
    {
        if (!Runs)
            return;
        Process.Kill();
        Process.WaitForExit();
    }

    public void Restart()
    {
        Kill();
        Start();
    }

    /// <summary>Stops the process with SIGSTOP: connections stay open without answers, as on a disk that
    /// hangs.</summary>
    public Task PauseAsync() => CleanProcess.SignalAsync(Process, "STOP");

    public Task ResumeAsync() => CleanProcess.SignalAsync(Process, "CONT");

    public void Dispose()
    {
        Kill();
        _process?.Dispose();
    }

    private static string Scheme(ClusterOptions options) => options.Tls ? "https" : "http";
}
