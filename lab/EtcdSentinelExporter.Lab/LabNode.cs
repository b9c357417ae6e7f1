using System.Globalization;
using System.Text.RegularExpressions;

namespace EtcdSentinelExporter.Lab;

/// <summary>
/// A control-plane node as a runbook sees it: its paths and ports are those of one member, <c>crictl exec ID
/// etcdctl</c> is the real etcdctl, <c>sleep</c> is short and written down, and what kubelet does with the manifest
/// is done.
/// </summary>
internal sealed partial class LabNode : IAsyncDisposable
{
    private readonly MemberProcess _member;
    private readonly string _etcdctl;
    private readonly string _bin;
    private readonly CancellationTokenSource _stop = new();
    private readonly Task _kubelet;
    private string? _manifest;

    /// <param name="binary">Of the release that the members run; <see langword="null"/> for the usual one.</param>
    public LabNode(MemberProcess member, EtcdBinary? binary = null)
    {
        _member = member;
        _etcdctl = (binary ?? EtcdBinary.Default).Etcdctl;
        // Not beside the member: memory is often mounted so that nothing there can be run.
        _bin = Directory.CreateTempSubdirectory("bin").FullName;
        foreach (var folder in (string[])["root", "mnt", "proc/pressure"])
            Directory.CreateDirectory(Path.Combine(member.Node.Root, folder));
        foreach (var file in (string[])["proc/pressure/io", "proc/pressure/cpu", "etc/fstab"])
            File.WriteAllText(Path.Combine(member.Node.Root, file), "");
        WriteStandIn("sleep", $"echo \"sleep $1\" >>'{Log}'\nexec /bin/sleep 0.1\n");
        WriteStandIn("crictl", Crictl);
        // Debian's etcd 3.4.23 has a known fault, which the verbs refuse.
        WriteStandIn("etcd-sentinel-exporter",
            $"[ \"$1\" != defragment ] || set -- \"$@\" --force=version\n"
            + $"exec '{Sentinel.Patient}' \"$@\" --path.rootfs='{member.Node.Root}' --etcd.processes=false\n");
        _manifest = File.ReadAllText(member.Node.Manifest);
        WriteId();
        _kubelet = FollowManifestAsync();
    }

    /// <summary>Each run of <c>crictl exec</c> and <c>sleep</c>, in order.</summary>
    public string[] Calls => File.Exists(Log) ? File.ReadAllLines(Log) : [];

    private string Log => Path.Combine(_bin, "calls");

    private string Running => Path.Combine(_bin, "etcd-runs");

    // The images hold no shell: anything but etcdctl is not there. A page's own options come after our timeouts.
    private string Crictl => $"""
        case $1 in
          ps) [ ! -e '{Running}' ] || cat '{Running}' ;;
          exec)
            [ "$2" = "$(cat '{Running}')" ] || exit 1
            [ "$3" = etcdctl ] || exit 126
            shift 3
            echo "etcdctl $*" >>'{Log}'
            exec '{_etcdctl}' --command-timeout=20s --dial-timeout=20s "$@" </dev/null ;;
          *) exit 2 ;;
        esac

        """;

    public LabShell OpenShell() => new(_bin);

    /// <summary>The commands with this node's paths and ports in place of those of a usual one.</summary>
    public string Localize(string commands) => UsualPath()
        .Replace(commands, match => _member.Node.Root + match.Value)
        .Replace("127.0.0.1:2379", $"127.0.0.1:{Number(_member.Ports.Client)}", StringComparison.Ordinal)
        .Replace("127.0.0.1:2381", $"127.0.0.1:{Number(_member.Ports.Metrics)}", StringComparison.Ordinal);

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await _kubelet;
        _stop.Dispose();
        Directory.Delete(_bin, recursive: true);
    }

    // As kubelet does: the container goes with its manifest, and comes anew with a changed one.
    private async Task FollowManifestAsync()
    {
        using var timer = new PeriodicTimer(TimeSpan.FromMilliseconds(100), TimeProvider.System);
        while (!_stop.IsCancellationRequested)
        {
            var wanted = File.Exists(_member.Node.Manifest) ? await File.ReadAllTextAsync(_member.Node.Manifest) : null;
            if (wanted != _manifest)
                Follow(wanted);
            await timer.WaitForNextTickAsync(CancellationToken.None);
        }
    }

    private void Follow(string? manifest)
    {
        _manifest = manifest;
        _member.Kill();
        File.Delete(Running);
        if (manifest is null)
            return;
        _member.Start();
        WriteId();
    }

    // A container that is started anew has another id.
    private void WriteId() =>
        File.WriteAllText(Running, _member.ProcessId.ToString("x12", CultureInfo.InvariantCulture) + "\n");

    private void WriteStandIn(string name, string script)
    {
        var path = Path.Combine(_bin, name);
        File.WriteAllText(path, "#!/bin/sh\n" + script);
        File.SetUnixFileMode(path, UnixFileMode.UserRead | UnixFileMode.UserExecute);
    }

    private static string Number(int port) => port.ToString(CultureInfo.InvariantCulture);

    [GeneratedRegex(@"(?<![\w./])/(etc/|var/lib/etcd|root/|mnt/|proc/pressure/)")]
    private static partial Regex UsualPath();
}
