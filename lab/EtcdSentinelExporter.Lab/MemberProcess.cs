using System.Diagnostics;
using System.Net;
using System.Net.Sockets;

namespace EtcdSentinelExporter.Lab;

/// <summary>One real etcd process and the node folder that describes it.</summary>
/// <param name="address">Where peers and other nodes reach it.</param>
internal sealed class MemberProcess(
    string name, IPAddress address, Ports ports, NodeFolder node, ClusterOptions options) : IDisposable
{
    private Process? _process;
    private string _manifest = "";

    public string Name => name;

    public IPAddress Address => address;

    /// <summary>The loopback address of the same family.</summary>
    public IPAddress Loopback { get; } =
        address.AddressFamily is AddressFamily.InterNetworkV6 ? IPAddress.IPv6Loopback : IPAddress.Loopback;

    public Ports Ports => ports;

    public NodeFolder Node => node;

    /// <summary>True for learners, which are left out of calls to all members: they reject most requests.</summary>
    public bool IsLearner { get; init; }

    public Uri ClientUrl => new($"{Scheme}://{new IPEndPoint(Loopback, ports.Client)}");

    public Uri PeerUrl => new($"{Scheme}://{new IPEndPoint(address, ports.Peer)}");

    public Uri MetricsUrl => new($"http://{new IPEndPoint(Loopback, ports.Metrics)}/metrics");

    public bool Runs => _process is { HasExited: false };

    public bool PortWasTaken => Ports.WasTaken(node.Log);

    /// <summary>Process id. Throws if the member was never started.</summary>
    public int ProcessId => Process.Id;

    private Process Process => _process ?? throw new InvalidOperationException($"{name} was never started");

    private string Scheme => options.Tls ? "https" : "http";

    public void WriteManifest(string cluster, string version)
    {
        _manifest = node.Localize(Manifest.Render(this, cluster, version, options));
        NodeForms.Write(node, _manifest);
    }

    /// <summary>Starts etcd with the flags of its manifest, which is read each time, as the kubelet does. Also restarts
    /// it after <see cref="Kill"/>.</summary>
    public void Start()
    {
        _process?.Dispose();
        _process = CleanProcess.Start(
            node.Log, options.Binary.Etcd,
            Manifest.Flags(node.Form is NodeForm.Kubeadm ? File.ReadAllText(node.Manifest) : _manifest, node.Root));
    }

    /// <summary>Sends SIGKILL and waits for the exit. Does nothing if it is not running.</summary>
    public void Kill()
    {
        if (!Runs)
            return;
        Process.Kill();
        Process.WaitForExit();
    }

    /// <summary>Restarts it as the kubelet does after a failed liveness probe, with a grace period of a
    /// second.</summary>
    public async Task TerminateAndStartAsync()
    {
        if (Runs)
            await CleanProcess.SignalAsync(Process, "TERM");
        await Wait.BecomesTrueAsync(
            () => Task.FromResult(!Runs), TimeSpan.FromMilliseconds(50), TimeSpan.FromSeconds(1));
        Restart();
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
}
