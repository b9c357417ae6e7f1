using System.Diagnostics;
using System.Globalization;
using Xunit;

namespace EtcdSentinelExporter.IntegrationTests.Certificates;

/// <summary>Certificates of a real member, held against what openssl says of the same files and ports.</summary>
public sealed class RotationTests
{
    private const string NotAfter = "etcd_sentinel_certificate_not_after_timestamp_seconds";
    private const string Served = "etcd_sentinel_served_certificate_not_after_timestamp_seconds";
    private const string Matches = "etcd_sentinel_served_certificate_matches_file";
    private const string Restart = "etcd_sentinel_component_restart_needed";

    private static readonly string[] Fast = ["--certificates.every=1s", "--certificates.timeout=1s"];

    [Fact]
    public async Task Every_end_is_the_one_that_openssl_sees_in_the_file_and_on_the_port_and_etcd_logs_nothing()
    {
        await using var cluster = await EtcdCluster.StartAsync(new() { Members = 1 });
        var member = cluster.Members[0];
        await using var sentinel = await StartAsync(member);

        var page = await sentinel.WaitAsync(p => p.Value(Matches, "etcd-peer") == 1, "both listeners are seen");

        foreach (var (
            name, file) in new[] { ("etcd-ca", "ca"), ("etcd-server", "server"), ("etcd-peer", "peer"),
            ("etcd-healthcheck-client", "healthcheck-client") })
        {
            Assert.Equal(
                await EndOfAsync($"openssl x509 -noout -enddate -in '{member.Node.EtcdPki(file)}.crt'"),
                page.Value(NotAfter, name));
        }

        foreach (var (
            listener, port, pair) in new[] { ("etcd-client", member.Ports.Client, "healthcheck-client"),
            ("etcd-peer", member.Ports.Peer, "peer") })
        {
            var client = member.Node.EtcdPki(pair);
            Assert.Equal(
                await EndOfAsync(
                    $"openssl s_client -connect 127.0.0.1:{port} -cert '{client}.crt' -key '{client}.key' </dev/null "
                    + "2>/dev/null | openssl x509 -noout -enddate"),
                page.Value(Served, listener));
        }
        Assert.Equal(1, page.Value("etcd_sentinel_certificate_issued_by_ca_file", "etcd-server"));
        Assert.Equal(1, page.Value("etcd_sentinel_certificate_file_present", "etcd-server", "true"));
    }

    [Fact]
    public async Task Our_handshakes_are_no_rejected_connections_for_etcd()
    {
        await using var cluster = await EtcdCluster.StartAsync(new() { Members = 1 });
        var member = cluster.Members[0];
        var rejected = new List<string[]>();

        // Half a second after its handshake the exporter leaves, heard or not: on a busy machine an etcd may be late.
        while (rejected is not [.., []] && rejected.Count < 5)
        {
            var before = (await File.ReadAllLinesAsync(member.Node.Log)).Length;
            await using var sentinel = await StartAsync(member);
            await sentinel.WaitAsync(p => p.Value(Matches, "etcd-peer") == 1, "both listeners are seen");
            var said = (await File.ReadAllLinesAsync(member.Node.Log))[before..];
            rejected.Add(
                [.. said.Where(line => line.Contains("rejected connection", StringComparison.OrdinalIgnoreCase))]);
        }

        Assert.Empty(rejected[^1]);
    }

    [Fact]
    public async Task A_leaf_that_etcd_takes_up_by_itself_is_followed_and_a_new_ca_needs_a_restart()
    {
        await using var cluster = await EtcdCluster.StartAsync(new() { Members = 1 });
        var member = cluster.Members[0];
        var (server, ca) = (member.Node.EtcdPki("server.crt"), member.Node.EtcdPki("ca.crt"));
        // Written well before etcd started: a file system's clock is not the kernel's.
        File.SetLastWriteTimeUtc(ca, TimeProvider.System.GetUtcNow().UtcDateTime.AddHours(-1));
        await using var sentinel = await StartAsync(member);
        await sentinel.WaitAsync(
            p => p.Value(Matches, "etcd-client") == 1 && p.Value(Restart, "etcd-ca") == 0, "all is well");

        var now = TimeProvider.System.GetUtcNow();
        cluster.Pki.Issue(member.Node, member.Name, Leaf.Server, now.AddHours(-1), now.AddDays(20));
        var end = await EndOfAsync($"openssl x509 -noout -enddate -in '{server}'");
        await sentinel.WaitAsync(
            p => p.Value(Served, "etcd-client") == end
                && p.Value(Matches, "etcd-client") == 1, "the new leaf is served");

        File.SetLastWriteTimeUtc(ca, now.UtcDateTime.AddMinutes(1));
        await sentinel.WaitAsync(p => p.Value(Restart, "etcd-ca") == 1, "the new CA is not loaded yet");
        File.SetLastWriteTimeUtc(ca, now.UtcDateTime.AddHours(-1));
        await sentinel.WaitAsync(p => p.Value(Restart, "etcd-ca") == 0, "the CA is the old one again");
    }

    [Fact]
    public async Task A_server_that_keeps_its_old_certificate_is_stale_until_it_is_restarted()
    {
        await using var cluster = await EtcdCluster.StartAsync(new() { Members = 1 });
        var member = cluster.Members[0];
        var port = Ports.Free().Client;
        var pair = member.Node.EtcdPki("server");
        File.Copy(pair + ".crt", member.Node.EtcdPki("web.crt"));
        File.Copy(pair + ".key", member.Node.EtcdPki("web.key"));
        var web = StartServer(member, port);
        try
        {
            await using var sentinel = await StartAsync(member,
                "--certificates.files=web=/etc/kubernetes/pki/etcd/web.crt",
                $"--certificates.served=web=127.0.0.1:{port}");
            await sentinel.WaitAsync(
                p => p.Value(Matches, "web", $"127.0.0.1:{port}") == 1, "the certificate is served");

            var now = TimeProvider.System.GetUtcNow();
            cluster.Pki.Issue(member.Node, member.Name, Leaf.Server, now.AddHours(-1), now.AddDays(20));
            File.Copy(pair + ".key", member.Node.EtcdPki("web.key"), overwrite: true);
            File.Copy(pair + ".crt", member.Node.EtcdPki("web.crt"), overwrite: true);
            await sentinel.WaitAsync(p => p.Value(Matches, "web", $"127.0.0.1:{port}") == 0, "renewed, not yet served");
            Stop(web);
            await sentinel.WaitAsync(
                p => p.Value("etcd_sentinel_served_certificate_probe_success", "web") == 0, "nobody serves it");
            web = StartServer(member, port);
            await sentinel.WaitAsync(p => p.Value(Matches, "web", $"127.0.0.1:{port}") == 1, "the new one is served");
        }
        finally
        {
            Stop(web);
        }
    }

    private static Task<Sentinel> StartAsync(MemberProcess member, params string[] settings) =>
        Sentinel.StartAsync(member.Node.Root, [$"--path.rootfs={member.Node.Root}", .. Fast, .. settings]);

    private static Process StartServer(MemberProcess member, int port) => CleanProcess.Start(
        Path.Combine(member.Node.Root, "web.log"), "openssl",
        ["s_server", "-accept", $"127.0.0.1:{port}", "-cert", member.Node.EtcdPki("web.crt"), "-key",
            member.Node.EtcdPki("web.key"), "-quiet", "-WWW"]);

    private static void Stop(Process process)
    {
        if (!process.HasExited)
            process.Kill();
        process.WaitForExit();
        process.Dispose();
    }

    /// <returns>Unix time.</returns>
    private static async Task<double> EndOfAsync(string command)
    {
        using var shell = Process.Start(new ProcessStartInfo("sh", ["-c", command])
        {
            RedirectStandardOutput = true,
            UseShellExecute = false,
        })!;
        var text = await shell.StandardOutput.ReadToEndAsync();
        await shell.WaitForExitAsync();
        var end = text["notAfter=".Length..].Trim().Replace("  ", " ", StringComparison.Ordinal);
        return DateTimeOffset.ParseExact(
            end, "MMM d HH:mm:ss yyyy 'GMT'", CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal)
                .ToUnixTimeSeconds();
    }
}
