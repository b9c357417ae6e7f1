using System.Collections.Immutable;

namespace EtcdSentinelExporter.Etcd.Discovery;

/// <summary>What the node's files say about etcd.</summary>
/// <param name="Found">Absent when nothing says that etcd runs here, and when there is a problem.</param>
/// <param name="LookedAt">The files asked for, in order, whether they exist or not.</param>
/// <param name="Problem">Something says that etcd runs here, or may, but cannot be read. Never together with
/// <paramref name="Found"/>.</param>
internal sealed record EtcdDiscovered(
    EtcdInstallation? Found, ImmutableArray<string> LookedAt, EtcdConfigProblem? Problem);

/// <param name="Path">The file, as the node calls it.</param>
/// <param name="Reason">One of <see cref="Reasons"/>.</param>
/// <param name="Message">One line that names the remedy.</param>
internal sealed record EtcdConfigProblem(string Path, string Reason, string Message)
{
    public const string Malformed = "malformed";
    public const string Forbidden = "forbidden";
    public const string Unreadable = "io";
    public const string Timeout = "timeout";

    /// <summary>Every reason there is.</summary>
    public static ImmutableArray<string> Reasons { get; } = [Malformed, Forbidden, Unreadable, Timeout];
}
