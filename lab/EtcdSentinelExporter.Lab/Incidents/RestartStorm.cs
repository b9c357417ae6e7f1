using System.Text.RegularExpressions;
using EtcdSentinelExporter.Cli;
using EtcdSentinelExporter.Etcd.Client;
using Etcdserverpb;
using Google.Protobuf;

namespace EtcdSentinelExporter.Lab.Incidents;

/// <summary>An application restarts in a loop, and its pod and its events are written again and again. The alerts of
/// such a cluster need hours; <c>writers</c> names the application in its first line.</summary>
internal sealed partial class RestartStorm : Incident
{
    private const int Keys = 2000;

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    public override string Name => "restart-storm";

    public override string Story =>
        "one application of namespace shop restarts in a loop, and the kubelet writes its pod and its events";

    public override TimeSpan Limit => TimeSpan.FromSeconds(120);

    // Nothing is wrong with etcd yet.
    public override int Pages => 0;

    public override async Task HappenAsync(DemoLab lab)
    {
        using var client = new LabClient(lab.Cluster.Members[0]);
        await KubernetesKeys.FillAsync(client.Etcd, Keys);
        using var ending = new CancellationTokenSource();
        var storm = Task.Run(() => WriteAsync(client.Etcd, ending.Token));
        string[] words =
            ["writers", "--for=10s", $"--path.rootfs={lab.Cluster.Members[1].Node.Root}", "--etcd.processes=false"];
        Console.WriteLine($"\n$ etcd-sentinel-exporter {string.Join(' ', words)}");
        var (code, text) = await CleanProcess.TryRunAsync(Sentinel.Program, words);
        await ending.CancelAsync();
        await storm;
        Console.WriteLine(text);
        if (code == ExitCode.Refused)
            throw new LabException($"this machine is too slow to be watched: {text.Trim()}", LabException.Lacking);
        if (code != 0 || !Named().IsMatch(text.Split('\n')[0]))
            throw new LabException($"writers does not name the application in its first line:\n{text}");
    }

    // Nine updates of the pod for each event.
    private static async Task WriteAsync(EtcdClient etcd, CancellationToken stopping)
    {
        var value = ByteString.CopyFrom(new byte[4000]);
        for (var number = 0; !stopping.IsCancellationRequested; number++)
        {
            var key = number % 10 == 9
                ? $"/registry/events/shop/cart-7c9.{number:x}"
                : "/registry/pods/shop/cart-7c9";
            await etcd.CallAsync<PutResponse>(
                new(Patience, (client, headers, lifetime) => client.PutAsync(
                    new PutRequest { Key = ByteString.CopyFromUtf8(key), Value = value }, headers,
                    cancellationToken: lifetime)),
                CancellationToken.None);
        }
    }

    [GeneratedRegex(
        @"^pods of namespace shop: \d+ % of all writes, [\d.]+/s; top: shop/cart-7c9$",
        RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Named();
}
