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
        var inOldOrder =
            from known in before.Installations
            let now = Installations.FirstOrDefault(now => now.Source == known.Source || now.HasAddressOf(known))
            let isHidden = hidesAll || Problems.Any(problem => problem.Origin == known.Origin)
            select now ?? (isHidden ? known with { IsRemembered = true } : null);
        return this with
        {
            Installations = [.. inOldOrder.OfType<EtcdInstallation>().Concat(Installations).Distinct()],
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

/// <summary>What says that etcd runs on a node: label values.</summary>
internal static class EtcdEvidence
{
    public const string Settings = "settings";
    public const string Manifest = "manifest";
    public const string K3s = "k3s";
    public const string Rke2 = "rke2";
    public const string K0s = "k0s";
    public const string Unit = "unit";
    public const string Process = "process";

    public static ImmutableArray<string> Sources { get; } = [Settings, Manifest, K3s, Rke2, K0s, Unit, Process];
}

/// <summary>No command of a unit is recognised as etcd: it may start a wrapper or a container.</summary>
internal sealed class UnknownStartException(string message) : FormatException(message);

/// <summary>Why etcd's configuration cannot be read.</summary>
/// <param name="Path">Host path of the file.</param>
/// <param name="Reason">One of <see cref="Reasons"/>.</param>
/// <param name="Message">One line with the remedy.</param>
internal sealed record EtcdConfigProblem(string Path, string Reason, string Message)
{
    /// <summary>The place that cannot be read, as in <see cref="EtcdInstallation.Origin"/>; <see langword="null"/> if
    /// it may be any.</summary>
    public string? Origin { get; init; }

    public const string Malformed = "malformed";
    public const string Forbidden = "forbidden";
    public const string Unreadable = "io";
    public const string Timeout = "timeout";

    /// <summary>etcd runs, but its address is unknown.</summary>
    public const string NoAddress = "no_address";

    /// <summary>All reasons.</summary>
    public static ImmutableArray<string> Reasons { get; } = [Malformed, Forbidden, Unreadable, Timeout, NoAddress];

    /// <summary>True if a unit exists, and no command of it is recognised as etcd.</summary>
    public bool IsUnknownStart { get; init; }

    public Exception ToException() => Reason switch
    {
        Malformed or NoAddress => new FormatException(Message),
        Forbidden => new UnauthorizedAccessException(Message),
        Timeout => new TimeoutException(Message),
        _ => new IOException(Message),
    };

    /// <param name="path">The file that was read last.</param>
    public static EtcdConfigProblem From(string path, Exception failure)
    {
        var reason = failure switch
        {
            FormatException => Malformed,
            UnauthorizedAccessException => Forbidden,
            _ => Unreadable,
        };
        var message = failure.Message.ReplaceLineEndings(" ");
        return new(path, reason, message.Contains(path, StringComparison.Ordinal) || message.StartsWith('/')
            ? message
            : $"{path}: {message}")
        {
            IsUnknownStart = failure is UnknownStartException,
        };
    }
}
