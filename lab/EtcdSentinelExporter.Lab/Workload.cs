using System.Diagnostics;
using System.Globalization;
using System.Text.Json;

namespace EtcdSentinelExporter.Lab;

/// <summary>The load of an API server on etcd, in small: steady writes, and its compactor.</summary>
internal sealed class Workload(EtcdCluster cluster)
{
    // kube-apiserver compacts every 5 minutes.
    private static readonly TimeSpan CompactEvery = TimeSpan.FromSeconds(5);
    private const int LiveKeys = 8;
    private static readonly string Value = new('x', 400_000);

    private readonly Stopwatch _sinceCompaction = Stopwatch.StartNew();
    private long _compactedTo = 1;

    /// <summary>Makes two small writes, as kubelets renew their leases. That they fail is part of some
    /// incidents.</summary>
    public async Task WriteLeasesAsync()
    {
        for (var lease = 1; lease <= 2; lease++)
        {
            if (await TryAsync("put", $"/registry/leases/kube-node-lease/node-{lease}", "renewed") is null)
                return;
        }
    }

    /// <summary>Runs one round of kube-apiserver's compactor: it writes the revision of this round under its key, and
    /// compacts to that of the round before.</summary>
    public async Task CompactLikeApiserverAsync()
    {
        if (_sinceCompaction.Elapsed < CompactEvery)
            return;
        _sinceCompaction.Restart();
        var last = _compactedTo.ToString(CultureInfo.InvariantCulture);
        if (await TryAsync("put", "compact_rev_key", last, "-w", "json") is not { } answer)
            return;
        if (_compactedTo > 1)
            await TryAsync("compact", last);
        using var json = JsonDocument.Parse(answer);
        _compactedTo = json.RootElement.GetProperty("header").GetProperty("revision").GetInt64();
    }

    /// <summary>Writes values of 400 kB each over a few keys, as controllers write the same objects again and
    /// again: nearly all of it becomes history.</summary>
    /// <returns>What etcd says when it refuses one; <see langword="null"/> if it accepts all.</returns>
    public async Task<string?> FillAsync(string prefix, int count)
    {
        try
        {
            for (var i = 1; i <= count; i++)
                await cluster.PutAsync($"{prefix}/{i % LiveKeys}", Value);
            return null;
        }
        catch (InvalidOperationException e)
        {
            return e.Message;
        }
    }

    /// <summary>Writes until a database has that size, deletes most of it and compacts, as a busy API server does over
    /// days.</summary>
    /// <exception cref="InvalidOperationException">etcd refused a write.</exception>
    public async Task FragmentAsync(double bytes = 24e6)
    {
        var size = 0.0;
        for (var i = 1; size < bytes; i++)
        {
            // Small ones at the end, where a large one would reach the quota.
            await cluster.PutAsync($"/registry/demo/{i}", size < 0.9 * bytes ? Value : Value[..40_000]);
            size = i % 2 == 0 ? (await EndpointStatus.AllAsync(cluster)).Max(status => status.Number("dbSize")) : size;
        }
        for (var digit = 1; digit <= 5; digit++)
            await cluster.EtcdctlAsync("del", "--prefix", $"/registry/demo/{digit}");
        var revision = (await EndpointStatus.AllAsync(cluster)).Min(status => status.Revision);
        await cluster.EtcdctlAsync("compact", "--physical", revision.ToString(CultureInfo.InvariantCulture));
        // etcd counts freed pages only from the next commits on.
        await Wait.UntilAsync(IsFragmentedAsync, "etcd counts the pages that it freed");
    }

    private async Task<bool> IsFragmentedAsync()
    {
        await cluster.EtcdctlAsync("put", "/registry/demo/after", "again");
        return (await EndpointStatus.AllAsync(cluster))
            .All(status => status.Number("dbSizeInUse") < status.Number("dbSize") / 2);
    }

    private async Task<string?> TryAsync(params string[] command)
    {
        try
        {
            return await cluster.EtcdctlAsync(["--command-timeout=5s", .. command]);
        }
        catch (InvalidOperationException)
        {
            return null;
        }
    }
}
