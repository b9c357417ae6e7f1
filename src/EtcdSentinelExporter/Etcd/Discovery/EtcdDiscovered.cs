namespace EtcdSentinelExporter.Etcd.Discovery;

/// <summary>Result of discovering etcd on the node.</summary>
/// <param name="Installations">Every etcd of this node, in a stable order; empty if there is none, and if its files
/// cannot be read.</param>
/// <param name="LookedAt">The paths tried, in order, existing or not.</param>
/// <param name="Problems">Files that start etcd, or may start it, and cannot be read or parsed.</param>
internal sealed record EtcdDiscovered(
    ImmutableArray<EtcdInstallation> Installations, ImmutableArray<string> LookedAt,
    ImmutableArray<EtcdConfigProblem> Problems)
{
    /// <summary>The first etcd: the one of the control plane, if there are several.</summary>
    public EtcdInstallation? Found => Installations.FirstOrDefault();

    public EtcdConfigProblem? Problem => Problems.FirstOrDefault();

    /// <summary>Adds what was known before and is hidden now by a problem: such an etcd is assumed to run as it
    /// did.</summary>
    /// <remarks>The kubelet, too, keeps the old pod while a manifest is half written. A problem hides only what the
    /// same place told of before, so an etcd that was removed elsewhere is forgotten.</remarks>
    public EtcdDiscovered After(EtcdDiscovered? before)
    {
        if (before is null || Problems.IsEmpty)
            return this;
        var hidesAll = Problems.Any(problem => problem.Origin is null);
        // A manifest may leave the address to the process: while that is down, it has none.
        var addressed = Installations.Where(now => now.HasAddress).ToList();
        var inOldOrder =
            from known in before.Installations
            let now = addressed.FirstOrDefault(now => now.Source == known.Source || now.HasAddressOf(known))
            let isHidden = hidesAll || Problems.Any(problem => problem.Origin == known.Origin)
            select now ?? (isHidden ? known with { IsRemembered = true } : null);
        var kept = inOldOrder.OfType<EtcdInstallation>().ToList();
        return this with
        {
            Installations = [.. kept.Concat(Installations.Where(
                now => now.HasAddress || !kept.Exists(other => other.Source == now.Source))).Distinct()],
            ExpectedBy = hidesAll ? ExpectedBy.Union(before.ExpectedBy) : ExpectedBy,
        };
    }

    /// <summary>What says that etcd runs on this node: some of <see cref="EtcdEvidence.Sources"/>; empty if
    /// nothing.</summary>
    public ImmutableSortedSet<string> ExpectedBy { get; init; } = [];

    /// <summary>Files that may say something of etcd and do not, one sentence each: empty, or unreadable.</summary>
    public ImmutableArray<string> Warnings { get; init; } = [];

    /// <summary>Other datastores of a Kubernetes control plane that were found, one sentence each.</summary>
    public ImmutableArray<string> OtherDatastores { get; init; } = [];
}
