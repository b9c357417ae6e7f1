using System.Collections.Immutable;
using EtcdSentinelExporter.Certificates;
using EtcdSentinelExporter.Certificates.Files;
using EtcdSentinelExporter.Certificates.Pem;
using EtcdSentinelExporter.Certificates.Profiles;
using EtcdSentinelExporter.Certificates.Served;
using EtcdSentinelExporter.Etcd.Discovery;
using EtcdSentinelExporter.Host;
using EtcdSentinelExporter.Tests.Support;
using Microsoft.Extensions.Logging.Abstractions;
using Xunit;

namespace EtcdSentinelExporter.Tests.Certificates;

/// <summary>Whole polls over the files of a node.</summary>
[Collection(nameof(MeasuredAlone))]
public sealed class CertificatesProbeTests(ITestOutputHelper output) : IDisposable
{
    private static readonly EtcdInstallation Etcd = new()
    {
        Kind = "systemd",
        Source = "/etc/systemd/system/etcd.service",
        QuotaIsKnown = true,
        ClientCertAuth = true,
        CaFile = "/etc/etcd/ca.crt",
    };

    private readonly TempNode _node = new();
    private readonly List<string> _dialled = [];

    [Fact]
    public async Task An_empty_node_is_no_failure()
    {
        var reading = await ReadAsync();

        Assert.Equal("none", reading.Plan.Profile);
        Assert.Empty(reading.Files);
        Assert.Empty(CertificatesFindings.Judge(reading));
    }

    [Fact]
    public async Task On_a_kubeadm_node_what_the_components_need_is_required_and_super_admin_conf_never()
    {
        _node.With("/etc/kubernetes/pki/ca.crt", PemNode.Ca.Pem)
            .With("/etc/kubernetes/pki/apiserver.crt", PemNode.Leaf.Pem)
            .WithPod("kube-apiserver", "/etc/kubernetes/pki", "--secure-port=6543",
                "--tls-cert-file=/etc/kubernetes/pki/apiserver.crt",
                "--kubelet-client-certificate=/etc/kubernetes/pki/apiserver-kubelet-client.crt");

        var reading = await ReadAsync();

        Assert.Equal("kubeadm", reading.Plan.Profile);
        Assert.True(File(reading, "apiserver-kubelet-client").IsRequired);
        Assert.Equal("missing", File(reading, "apiserver-kubelet-client").Problems[0].Reason);
        Assert.False(File(reading, "super-admin.conf").IsRequired);
        Assert.False(File(reading, "etcd-server").IsRequired);
        Assert.False(File(reading, "apiserver-etcd-client").IsRequired);
        Assert.Equal(("/etc/kubernetes/pki/ca.crt", true), File(reading, "apiserver").IssuedBy);
        Assert.Equal(["127.0.0.1:6543"], _dialled);
        Assert.False(Assert.Single(reading.Served).MatchesFile);
    }

    [Theory]
    [InlineData("k3s", "/var/lib/rancher/k3s/server/tls/serving-kube-apiserver.crt")]
    [InlineData("rke2", "/var/lib/rancher/rke2/server/tls/etcd/server-client.crt")]
    [InlineData("k0s", "/var/lib/k0s/pki/apiserver.crt")]
    [InlineData("talos", "/system/secrets/etcd/server.crt")]
    [InlineData("openshift",
        "/etc/kubernetes/static-pod-resources/etcd-certs/secrets/etcd-all-certs/etcd-serving-m1.crt")]
    [InlineData("kubespray", "/etc/ssl/etcd/ssl/member-node1.pem")]
    [InlineData("kubeadm", "/etc/kubernetes/pki/etcd/peer.crt")]
    public async Task Each_distribution_is_known_by_what_is_on_the_node(string profile, string path)
    {
        _node.With(path, PemNode.Leaf.Pem);

        var reading = await ReadAsync();

        Assert.Equal(profile, reading.Plan.Profile);
        Assert.Equal(path, Assert.Single(reading.Files, file => file.IsPresent == true).Path);
    }

    [Fact]
    public async Task Keys_beside_a_pattern_are_no_certificates()
    {
        _node.With("/etc/ssl/etcd/ssl/member-n.pem", PemNode.Leaf.Pem)
            .With("/etc/ssl/etcd/ssl/member-n-key.pem", PemNode.Leaf.KeyPem);

        Assert.Equal("etcd-member", Assert.Single((await ReadAsync()).Files, file => file.IsPresent == true).Name);
    }

    [Fact]
    public async Task An_old_self_signed_certificate_of_kubelet_is_passed_over_once_there_is_a_better_one()
    {
        _node.With("/etc/kubernetes/pki/ca.crt", PemNode.Ca.Pem)
            .With("/var/lib/kubelet/pki/kubelet.crt", PemNode.Leaf.Pem);
        Assert.Contains((await ReadAsync()).Files, file => file.Path.EndsWith("kubelet.crt", StringComparison.Ordinal));

        _node.With("/var/lib/kubelet/pki/kubelet-server-current.pem", PemNode.Leaf.Pem + PemNode.Leaf.KeyPem);
        Assert.DoesNotContain(
            (await ReadAsync()).Files, file => file.Path.EndsWith("kubelet.crt", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Files_that_settings_name_are_required_and_patterns_find_what_is_there()
    {
        _node.With("/x/a.crt", PemNode.Leaf.Pem).With("/x/b.crt", PemNode.Ca.Pem).With("/x/b.key", "")
            .With("/x/notes.txt", "hello")
            .With("/x/folder/c.crt", "").With("/y/other", "");

        var reading = await ReadAsync("/x/*", "web=/y/tls.crt", "none=/y/*.crt");

        Assert.Equal(
            ["a", "b", "none", "notes", "web"], reading.Files.Select(file => file.Name).Order(StringComparer.Ordinal));
        Assert.Equal(["none", "web"], reading.Files.Where(file => file is { IsPresent: false, IsRequired: true })
            .Select(file => file.Name).Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task A_file_that_is_found_in_several_ways_is_one_file_for_each_name()
    {
        _node.With("/etc/kubernetes/pki/ca.crt", PemNode.Ca.Pem);

        var reading = await ReadAsync(
            "/etc/kubernetes/pki/*", "/etc/kubernetes/pki/*.crt", "ca=/etc/kubernetes/pki/ca.crt",
            "mine=/etc/kubernetes/pki/ca.crt");

        Assert.Equal(["ca", "mine"], reading.Files.Where(file => file.IsPresent == true).Select(file => file.Name));
    }

    [Fact]
    public async Task Ten_thousand_files_are_polled_with_a_second_of_processor_time_and_what_is_left_out_is_counted()
    {
        for (var n = 0; n < 10_000; n++)
            _node.With($"/many/{n:00000}.crt", PemNode.Leaf.Pem);
        await ReadAsync("/many/*.crt");
        var times = new List<TimeSpan>();
        var allocated = long.MaxValue;

        // In processor time, and at best: what takes longer, or more, now and then is the machine and the runtime.
        while (times.Count < 5)
        {
            var before = GC.GetTotalAllocatedBytes(precise: true);
            var cpu = Environment.CpuUsage.TotalTime;
            var reading = await ReadAsync("/many/*.crt");
            times.Add(Environment.CpuUsage.TotalTime - cpu);
            allocated = Math.Min(allocated, GC.GetTotalAllocatedBytes(precise: true) - before);
            Assert.Equal(FileScan.MaxFiles, reading.Files.Length);
            Assert.Equal(new LeftOut(9_000, 0), reading.LeftOut);
        }

        output.WriteLine($"{times.Min().TotalMilliseconds:0} ms, {allocated >> 10} KiB a poll");
        Assert.InRange(times.Min(), TimeSpan.Zero, TimeSpan.FromSeconds(1));
        Assert.InRange(allocated, 0, 200L << 20);
    }

    [Fact]
    public async Task Two_entries_that_lead_to_one_file_are_one_and_harm_no_other()
    {
        _node.With("/etc/kubernetes/pki/ca.crt", PemNode.Ca.Pem).With("/x/a.crt", PemNode.Leaf.Pem);

        var reading = await ReadAsync(
            "ca=/etc/kubernetes/pki/ca.crt", "/x/*.crt", "/x/a.*", "a=/x/a.crt", "a=/x/?.crt");

        Assert.Equal(["a", "ca"], reading.Files.Where(file => file.IsPresent == true)
            .Select(file => file.Name).Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task What_a_pattern_finds_is_shown_whatever_it_is()
    {
        _node.With("/x/text.crt", "hello").WithLink("/x/gone.crt", "/nowhere").WithLink("/x/loop.crt", "loop.crt")
            .With("/x/keys.crt", PemNode.Leaf.KeyPem);
        await System.IO.File.WriteAllBytesAsync(_node.Real("/x/der.crt"), PemNode.Leaf.Certificate.RawData);
        OpenSsl.Run("mkfifo", _node.Real("/x/fifo.crt"));

        var reading = await ReadAsync("/x/*.crt");

        Assert.Equal(
            [("der", "no_certificate"), ("fifo", "not_a_file"), ("gone", "missing"), ("loop", "too_many_links"),
                ("text", "no_certificate")],
            reading.Files.Select(file => (file.Name, Assert.Single(PemNode.Reasons(file)))));
        Assert.All(reading.Files, file => Assert.Contains(
            PemNode.Lines(file), line =>
                line.StartsWith("etcd_sentinel_certificate_load_error{", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task A_required_file_that_a_pattern_finds_and_that_holds_no_certificate_is_said()
    {
        _node.With("/etc/ssl/etcd/ssl/member-m.pem", "hello");

        var file = Assert.Single((await ReadAsync()).Files, file => file.IsPresent == true);

        Assert.Equal("no_certificate", Assert.Single(PemNode.Reasons(file)));
    }

    [Fact]
    public async Task A_name_that_is_no_text_is_said()
    {
        _node.With("/x/a.crt", PemNode.Leaf.Pem);
        OpenSsl.Run("sh", "-c", "cp \"$1\" \"$(dirname \"$1\")/$(printf 'b\\377').crt\"", "sh", _node.Real("/x/a.crt"));

        var reading = await ReadAsync("/x/*.crt");
        // .NET could not delete it either.
        OpenSsl.Run("rm", "-r", _node.Real("/x"));

        var file = Assert.Single(reading.Files, file => file.Name != "a");

        Assert.Equal((true, "unreadable"), (file.IsPresent, Assert.Single(PemNode.Reasons(file))));
        Assert.Contains("not UTF-8", file.Problems[0].Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_poll_that_has_no_time_left_does_not_blame_the_disk()
    {
        using var stop = new CancellationTokenSource();
        await stop.CancelAsync();
        var disk = new FileSweeper(Patience.Limit, TimeProvider.System);

        var scan = await new FileScan(_node.Files, disk, TimeProvider.System).ReadAsync(
            [new("a", "/x/a.crt", FileRole.Leaf), new("b", "/x/*.pem", FileRole.Leaf)], before: [], stop.Token);

        Assert.Equal(["out_of_time", "out_of_time"], scan.Files.Select(file => Assert.Single(PemNode.Reasons(file))));
    }

    [Fact]
    public async Task A_ca_file_that_is_complete_fifty_milliseconds_later_was_never_torn()
    {
        _node.With("/x/a.crt", PemNode.Leaf.Pem).With("/x/ca.crt", TestCertificate.Root("kubernetes").Pem);
        var clock = new FakeClock();
        var host = new HostFiles(_node.Root, clock);
        var reading = new FileScan(host, new FileSweeper(Patience.Limit, TimeProvider.System), clock).ReadAsync(
            [new("a", "/x/a.crt", FileRole.Leaf) { CaFile = "/x/ca.crt" }], before: [], CancellationToken.None);

        await clock.TimerAsync(clock.GetUtcNow().AddMilliseconds(50));
        _node.With("/x/ca.crt", PemNode.Ca.Pem);
        clock.Advance(TimeSpan.FromMilliseconds(50));

        Assert.Equal(("/x/ca.crt", true), (await reading).Files[0].IssuedBy);
    }

    [Fact]
    public async Task No_more_than_two_thousand_certificates_are_shown()
    {
        var bundle = string.Concat(Enumerable.Repeat(PemNode.Ca.Pem, 100));
        for (var n = 0; n < 21; n++)
            _node.With($"/b/{n:00}.crt", bundle);

        var reading = await ReadAsync("/b/*.crt");

        Assert.Equal(2_000, reading.Files.Sum(file => file.Certificates.Length));
        Assert.Equal(new LeftOut(0, 100), reading.LeftOut);
        Assert.Null(reading.Files[^1].IsLoaded);
    }

    [Fact]
    public async Task A_file_that_is_complete_fifty_milliseconds_later_was_never_torn()
    {
        _node.With("/x/a.crt", PemNode.Leaf.Pem[..200]);
        var clock = new FakeClock();
        var reading = ReadAsync(clock, "/x/a.crt");

        await clock.TimerAsync(clock.GetUtcNow().AddMilliseconds(50));
        _node.With("/x/a.crt", PemNode.Leaf.Pem);
        clock.Advance(TimeSpan.FromMilliseconds(50));

        Assert.True((await reading).Files[0].IsLoaded);
    }

    [Fact]
    public async Task A_file_that_stays_torn_is_said_after_the_second_look()
    {
        _node.With("/x/a.crt", PemNode.Leaf.Pem[..200]);

        Assert.Equal(["torn"], PemNode.Reasons((await ReadAsync("/x/a.crt")).Files[0]));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_listener_whose_process_went_or_was_replaced_is_dialled_again_at_once(bool isReplaced)
    {
        _node.WithKubeadm("/etc/kubernetes/pki");
        HostProcess[] all = [Process("kube-apiserver", 0), Process("kube-controller-manager", 0)];
        var before = await ReadAsync(previous: null, all);
        Assert.Equal(3, _dialled.Count);
        Assert.Equal(2, before.Components.Length);

        var same = await ReadAsync(before, all);
        Assert.Equal(3, _dialled.Count);

        await ReadAsync(same, isReplaced ? [all[0], Process("kube-controller-manager", 60)] : [all[0]]);
        Assert.Equal("127.0.0.1:10257", Assert.Single(_dialled[3..]));

        static HostProcess Process(string name, int seconds) =>
            new(ProcessTable.NameOf(name), [name], SomeCertificates.Noon.AddSeconds(seconds));
    }

    [Fact]
    public async Task A_certificate_that_a_kubeconfig_only_names_is_watched_once()
    {
        const string Kubeconfig = "{users: [{name: a, user: {client-certificate: /x/client.crt}}]}";
        _node.With("/x/client.crt", PemNode.Leaf.Pem).With("/x/a.conf", Kubeconfig);

        var both = await ReadAsync("/x/client.crt", "/x/a.conf");
        Assert.Equal([1, 0], both.Files.Select(file => file.Certificates.Length).OrderDescending());
        Assert.All(both.Files, file => Assert.True(file.IsLoaded));

        Assert.Single((await ReadAsync("/x/a.conf")).Files.Single().Certificates);
    }

    [Theory]
    [InlineData("torn", "torn", "malformed")]
    [InlineData("empty", "empty", "malformed")]
    [InlineData("fifo", "not_a_file", "not_a_file")]
    [InlineData("folder", "not_a_file", "not_a_file")]
    [InlineData("gigabyte", "too_large", "too_large")]
    [InlineData("loop", "too_many_links", "too_many_links")]
    [InlineData("gone", "missing", "missing")]
    public async Task A_bad_file_is_named_and_hides_no_other(string what, string reason, string reasonOfKubeconfig)
    {
        foreach (var bad in new[] { "/x/leaf.crt", "/x/ca.crt", "/x/admin.conf" })
        {
            var config = "users:\n- name: a\n  user:\n    client-certificate-data: "
                + Convert.ToBase64String(System.Text.Encoding.UTF8.GetBytes(PemNode.Leaf.Pem)) + "\n";
            _node.With("/x/leaf.crt", PemNode.Leaf.Pem).With("/x/ca.crt", PemNode.Ca.Pem).With("/x/admin.conf", config);
            if (what is "torn" or "empty" or "gone")
            {
                _node.With(bad, what is "torn" ? PemNode.Leaf.Pem[..100] : "");
                if (what is "gone")
                    System.IO.File.Delete(_node.Real(bad));
            }
            else
            {
                ConfiguredFilesTests.Replace(_node.Real(bad), what);
            }

            var reading = await ReadAsync("/x/leaf.crt", "/x/ca.crt", "/x/admin.conf");

            var file = Assert.Single(reading.Files, file => file.IsLoaded != true);
            Assert.Equal(bad, file.Path);
            PemNode.AssertSaid(bad.EndsWith(".conf", StringComparison.Ordinal) ? reasonOfKubeconfig : reason, file);
            Assert.Equal(2, reading.Files.Sum(other => other.Certificates.Length));
            OpenSsl.Run("rm", "-r", _node.Real("/x"));
        }
    }

    [Fact]
    public async Task A_file_that_is_swapped_while_it_is_read_is_either_the_old_or_the_new_one()
    {
        var (old, renewed) = (PemNode.Ca.Issue("same"), PemNode.Ca.Issue("same"));
        _node.With("/x/a.crt", old.Pem);
        using var stop = new CancellationTokenSource();
        var swaps = Task.Run(() =>
        {
            for (var n = 0; !stop.IsCancellationRequested; n++)
            {
                _node.With("/x/next", n % 2 == 0 ? renewed.Pem : old.Pem);
                System.IO.File.Move(_node.Real("/x/next"), _node.Real("/x/a.crt"), overwrite: true);
            }
        });

        for (var n = 0; n < 50; n++)
        {
            var file = Assert.Single((await ReadAsync("/x/a.crt")).Files);
            Assert.True(file.IsLoaded);
            Assert.Equal("same", file.Leaf!.SubjectName);
        }

        await stop.CancelAsync();
        await swaps;
    }

    [Fact]
    public async Task A_file_behind_a_link_that_is_swapped_while_it_is_read_is_loaded()
    {
        // As Kubernetes writes volumes: a link to a folder of a new name, and the old folder is removed.
        var pem = PemNode.Ca.Issue("same").Pem;
        _node.With("/v/0/tls.crt", pem).WithLink("/v/now", "0/tls.crt").WithLink("/x/a.crt", "/v/now");
        using var stop = new CancellationTokenSource();
        var swaps = Task.Run(() =>
        {
            for (var n = 1; !stop.IsCancellationRequested; n++)
            {
                _node.With($"/v/{n}/tls.crt", pem).WithLink($"/v/next{n}", $"{n}/tls.crt");
                System.IO.File.Move(_node.Real($"/v/next{n}"), _node.Real("/v/now"), overwrite: true);
                Directory.Delete(_node.Real($"/v/{n - 1}"), recursive: true);
            }
        });

        for (var n = 0; n < 50; n++)
            Assert.True(Assert.Single((await ReadAsync("/x/a.crt")).Files).IsLoaded);

        await stop.CancelAsync();
        await swaps;
    }

    [Fact]
    public async Task A_problem_of_another_file_does_not_hide_an_etcd_that_was_found()
    {
        var reading = await ReadAsync(
            previous: null, [], etcd: new([Etcd], [], [new("/x", EtcdConfigProblem.Malformed, "torn")]));

        Assert.Equal("/etc/etcd/ca.crt", Assert.Single(reading.Files).Path);
    }

    public void Dispose() => _node.Dispose();

    private static FileReading File(CertificatesReading reading, string name) =>
        reading.Files.Single(file => file.Name == name);

    private Task<CertificatesReading> ReadAsync(params string[] files) => ReadAsync(TimeProvider.System, files);

    private Task<CertificatesReading> ReadAsync(TimeProvider clock, params string[] files) =>
        ReadAsync(previous: null, [], etcd: null, clock, files);

    private async Task<CertificatesReading> ReadAsync(
        CertificatesReading? previous, HostProcess[] running, EtcdDiscovered? etcd = null, TimeProvider? clock = null,
        params string[] files)
    {
        ImmutableArray<ConfiguredFile> given = [.. files.Select(ConfiguredFile.Parse)];
        clock ??= TimeProvider.System;
        var host = new HostFiles(_node.Root, clock);
        // Under a fake clock nothing counts as hanging.
        var disk = new FileSweeper(Patience.Limit, TimeProvider.System);
        var probe = new CertificatesProbe(
            _ => Task.FromResult(etcd ?? new EtcdDiscovered([], LookedAt: [], Problems: [])),
            new Planner(host, KnownProfiles.Auto, given, [], etcdIdentity: null).Plan,
            disk,
            new FileScan(host, disk, clock),
            new Handshakes(Dial, Patience.Limit, clock),
            () => [.. running],
            new CertificatesLog(NullLogger.Instance),
            clock);
        return await probe.ReadAsync(previous, CancellationToken.None);
    }

    private Task<CertificateFacts> Dial(TlsListener listener, CancellationToken cancellationToken)
    {
        _dialled.Add(listener.Address);
        return Task.FromResult(SomeCertificates.Facts);
    }
}
