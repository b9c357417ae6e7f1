using System.Globalization;
using EtcdSentinelExporter.Text;

namespace EtcdSentinelExporter.Etcd.Maintenance;

/// <summary>Lines about members, for a terminal and a log.</summary>
internal static class RunText
{
    /// <summary>One line: what the member has, and its place in the cluster.</summary>
    public static string Line(MemberFacts member)
    {
        var role = !member.IsStarted ? "not started" : member.IsLearner ? "learner"
            : member.IsLeader ? "leader" : "follower";
        return member.State is { } state
            ? string.Create(CultureInfo.InvariantCulture,
                $"{member.Title} ({role}, etcd {state.Version}): {ByteText.Of(state.DbBytes)}, "
                + $"{ByteText.Of(state.InUseBytes)} in use, {state.Fragmentation * 100:0} % free pages, "
                + $"quota {Quota(state)}")
            : $"{member.Title} ({role}): {member.Failure}";
    }

    /// <summary>One line: what a defragmentation did.</summary>
    public static string Line(DefragmentationResult result)
    {
        var name = result.Before?.Title ?? MemberFacts.Hex(result.MemberId);
        return result switch
        {
            { Failure: { } failure } => $"stopped: {name}: {failure}"
                + (result.MayContinue ? "; etcd may still be defragmenting: do not start another one" : ""),
            { Before.State: { } before, After.State: { } after } =>
                $"{name}: {ByteText.Of(before.DbBytes)} before, {ByteText.Of(after.DbBytes)} now; "
                + $"{Seconds(result.Blocked)} without an answer",
            _ => name,
        };
    }

    /// <summary>A time in seconds, with a digit more below 10.</summary>
    public static string Seconds(TimeSpan time) =>
        time.TotalSeconds.ToString(time.TotalSeconds < 10 ? "0.0" : "0", CultureInfo.InvariantCulture) + " s";

    private static string Quota(MemberState state) =>
        state.QuotaBytes is { } quota ? ByteText.Of(quota) : "unknown";
}
