using EtcdSentinelExporter.Etcd.Maintenance;
using EtcdSentinelExporter.Recovery;

namespace EtcdSentinelExporter.Cli;

/// <summary>Makes sure that the cluster is the one that is meant, and that this node is the one that acts.</summary>
/// <param name="isFromNode">True if the endpoints come from this node's own files.</param>
internal sealed class RecoverConsent(ExecuteOptions options, bool isFromNode, CommandContext context)
{
    /// <summary>Asks for the cluster ID, unless the options have an answer.</summary>
    /// <returns><see langword="null"/> if it is; else why not, in sentences.</returns>
    public async Task<string?> WhyNotAsync(ClusterFacts facts, CancellationToken stopping)
    {
        var id = MemberFacts.Hex(facts.ClusterId);
        if (options.ClusterId is { } meant && meant != facts.ClusterId)
            return $"This is cluster {id}, not {MemberFacts.Hex(meant)}.";
        if (options.Yes && RecoveryLock.WhyNotOurTurn(facts) is { } turn)
            return turn;
        if (options.ClusterId is not null)
            return null;
        if (options.Yes)
        {
            return isFromNode
                ? null
                : $"--yes is only for the etcd of this node's own files; for etcd.endpoints write --cluster-id={id}.";
        }
        await context.Out.WriteAsync($"Steps will change cluster {id}. Type its ID to go on: ");
        await context.Out.FlushAsync(stopping);
        // A console blocks the caller until the line is there, also in its asynchronous form.
        var line = await Task.Run(context.In.ReadLine, CancellationToken.None).WaitAsync(stopping);
        return line?.Trim() == id ? null : "The ID was not typed.";
    }
}
