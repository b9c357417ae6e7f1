namespace EtcdSentinelExporter.Etcd.Discovery;

/// <summary>Result of discovering etcd in the node's files.</summary>
/// <param name="Found"><see langword="null"/> if no file starts etcd, and if there is a problem.</param>
/// <param name="LookedAt">The paths tried, in order, existing or not.</param>
/// <param name="Problem">A file that starts etcd, or may start it, cannot be read or parsed. Never set together
/// with <paramref name="Found"/>.</param>
internal sealed record EtcdDiscovered(
    EtcdInstallation? Found, ImmutableArray<string> LookedAt, EtcdConfigProblem? Problem);

/// <summary>Why etcd's configuration cannot be read.</summary>
/// <param name="Path">Host path of the file.</param>
/// <param name="Reason">One of <see cref="Reasons"/>.</param>
/// <param name="Message">One line with the remedy.</param>
internal sealed record EtcdConfigProblem(string Path, string Reason, string Message)
{
    public const string Malformed = "malformed";
    public const string Forbidden = "forbidden";
    public const string Unreadable = "io";
    public const string Timeout = "timeout";

    /// <summary>All reasons.</summary>
    public static ImmutableArray<string> Reasons { get; } = [Malformed, Forbidden, Unreadable, Timeout];
}
