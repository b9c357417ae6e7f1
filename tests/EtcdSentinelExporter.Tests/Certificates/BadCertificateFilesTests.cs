using EtcdSentinelExporter.Certificates;
using EtcdSentinelExporter.Certificates.Files;
using EtcdSentinelExporter.Certificates.Profiles;
using EtcdSentinelExporter.Certificates.Served;
using EtcdSentinelExporter.Etcd.Discovery;
using EtcdSentinelExporter.Host;
using EtcdSentinelExporter.Tests.Support;
using Microsoft.Extensions.Logging.Abstractions;
using Xunit;

namespace EtcdSentinelExporter.Tests.Certificates;

/// <summary>Each kind of file that tells of certificates or holds them, and each way in which it cannot be used: the
/// file is named, and no other is hidden.</summary>
public sealed class BadCertificateFilesTests : IDisposable
{
    private const string Manifest = "/etc/kubernetes/manifests/kube-apiserver.yaml";
    private const string Leaf = "/opt/pki/apiserver.crt";
    private const string Authority = "/opt/pki/ca.crt";
    private const string Kubeconfig = "/etc/kubernetes/controller-manager.conf";
    private const string Reference = "/opt/pki/controller-manager.crt";
    private const string Kubelet = "/opt/pki/kubelet.crt";

    private static readonly string[] Certificates = [Leaf, Authority, Reference, Kubelet];

    private readonly TempNode _node = new();

    public BadCertificateFilesTests()
    {
        _node.WithPod("kube-apiserver", "/opt/pki", $"--tls-cert-file={Leaf}", $"--client-ca-file={Authority}")
            .WithPod("kube-controller-manager", "/opt/pki", $"--kubeconfig={Kubeconfig}")
            .With(Kubeconfig, $"users: [{{name: a, user: {{client-certificate: {Reference}}}}}]\n")
            .With(KubeletConfig.Path, $"tlsCertFile: {Kubelet}\n");
        foreach (var path in Certificates)
            _node.With(path, path == Authority ? PemNode.Ca.Pem : PemNode.Leaf.Pem);
    }

    public static TheoryData<string, string> Faults()
    {
        var rows = new TheoryData<string, string>();
        foreach (var path in (string[])[Manifest, KubeletConfig.Path, Kubeconfig, .. Certificates])
        {
            foreach (var fault in new[] { "torn", "empty", "binary", "fifo", "folder", "gigabyte", "loop" })
                rows.Add(path, fault);
            // root may read everything.
            if (!Environment.IsPrivilegedProcess)
                rows.Add(path, "unreadable");
        }
        return rows;
    }

    public void Dispose() => _node.Dispose();

    [Theory]
    [MemberData(nameof(Faults))]
    public async Task A_bad_file_is_named_and_hides_no_other(string path, string fault)
    {
        var before = await ReadAsync(null);
        Assert.Equal(Certificates.Order(), Loaded(before));
        Break(path, fault);

        var now = await ReadAsync(before);

        // What a bad manifest named is still watched. A kubeconfig is the holder of its certificates.
        Assert.Equal(Certificates.Except(Hidden(path)).Order(), Loaded(now));
        Assert.Contains(now.Files, file => file.Problems.Any(
            problem => problem.Message.Contains(path, StringComparison.Ordinal)));
    }

    private static IEnumerable<string> Hidden(string path) => path switch
    {
        Kubeconfig => [Reference],
        _ => [path],
    };

    private static IEnumerable<string> Loaded(CertificatesReading reading) =>
        reading.Files.SelectMany(file => file.Certificates.Select(one => one.Reference ?? file.Path))
            .Intersect(Certificates).Order();

    private void Break(string path, string fault)
    {
        switch (fault)
        {
            case "torn":
                _node.With(path, File.ReadAllText(_node.Real(path))[..20] + "\n[");
                break;
            case "empty" or "binary":
                _node.With(path, fault == "empty" ? "" : "a\0b");
                break;
            case "unreadable":
                File.SetUnixFileMode(_node.Real(path), UnixFileMode.None);
                break;
            default:
                ConfiguredFilesTests.Replace(_node.Real(path), fault);
                break;
        }
    }

    private async Task<CertificatesReading> ReadAsync(CertificatesReading? previous)
    {
        var disk = new FileSweeper(Patience.Limit, TimeProvider.System);
        var probe = new CertificatesProbe(
            _ => Task.FromResult(new EtcdDiscovered([], LookedAt: [], Problems: [])),
            new Planner(_node.Files, KnownProfiles.Auto, [], [], etcdIdentity: null).Plan,
            disk,
            new FileScan(_node.Files, disk, TimeProvider.System),
            new Handshakes((_, _) => Task.FromResult(SomeCertificates.Facts), Patience.Limit, TimeProvider.System),
            () => [],
            new CertificatesLog(NullLogger.Instance),
            TimeProvider.System);
        return await probe.ReadAsync(previous, CancellationToken.None);
    }
}
