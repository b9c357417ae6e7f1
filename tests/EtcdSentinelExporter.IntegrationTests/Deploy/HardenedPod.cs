using System.Diagnostics;
using EtcdSentinelExporter.IntegrationTests.Support;
using EtcdSentinelExporter.IntegrationTests.WebConfig;

namespace EtcdSentinelExporter.IntegrationTests.Deploy;

/// <summary>Both containers of the overlay <c>hardened</c> on one node: the exporter on a socket, and its
/// front.</summary>
internal sealed class HardenedPod : IAsyncDisposable
{
    private readonly Process _exporter;
    private readonly WebProgram _front;

    private HardenedPod(Process exporter, WebProgram front) => (_exporter, _front) = (exporter, front);

    public Uri Address => _front.Address;

    /// <param name="member">The etcd of its node.</param>
    /// <param name="web">What stands for the secret with web.yml and its files.</param>
    public static async Task<HardenedPod> StartAsync(EtcdMember member, WebFolder web)
    {
        var root = member.Node.Root;
        var socket = "unix:" + Path.Combine(root, "exporter.sock");
        var exporter = CleanProcess.Start(Path.Combine(root, "sentinel.log"), Sentinel.Program,
            [$"--path.rootfs={root}", "--drives.enabled=false", "--members.every=2s", "--members.timeout=2s",
                $"--web.listen-address={socket}"]);
        var front = await WebProgram.StartAsync(
            web, $"front-{member.Name}",
            [Sentinel.Program, "front", $"--upstream={socket}", "--web.config.file", web.Yaml]);
        var pod = new HardenedPod(exporter, front);
        // As kubelet asks: over TLS, without a password.
        using var kubelet = WebFolder.Client();
        await Wait.UntilAsync(
            async () => await WebFolder.StatusAsync(kubelet, new(front.Address, "/-/ready")) == 200,
            "the pod is ready");
        return pod;
    }

    public void KillExporter() => _exporter.Kill();

    public async ValueTask DisposeAsync()
    {
        if (!_exporter.HasExited)
            _exporter.Kill();
        _exporter.Dispose();
        await _front.DisposeAsync();
    }
}
