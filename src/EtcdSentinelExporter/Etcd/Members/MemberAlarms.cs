using EtcdSentinelExporter.Etcd.Client;

namespace EtcdSentinelExporter.Etcd.Members;

/// <summary>Lists alarms with inactive ones, so that each has a series with 0 or 1.</summary>
internal static class MemberAlarms
{
    public const string NoSpace = "NOSPACE";
    public const string Corrupt = "CORRUPT";

    /// <summary>Label value for any unknown alarm: text from a peer must not become a label value.</summary>
    public const string Other = "other";

    private static readonly ImmutableArray<string> Known = [NoSpace, Corrupt];

    /// <summary>Returns each known alarm of each known member, and all other active alarms, in a stable
    /// order.</summary>
    public static ImmutableArray<MemberAlarm> All(IEnumerable<ulong> members, StatusErrors errors)
    {
        var active = errors.Alarms.Select(alarm => (Id: alarm.MemberId, Name: Name(alarm.Alarm))).ToHashSet();
        return
        [
            .. members.SelectMany(_ => Known, (id, name) => (Id: id, Name: name))
                .Concat(active)
                .Distinct()
                .OrderBy(alarm => alarm.Id)
                .Select(alarm => new MemberAlarm(alarm.Id, alarm.Name, active.Contains(alarm))),
        ];
    }

    private static string Name(string alarm) => Known.Contains(alarm, StringComparer.Ordinal) ? alarm : Other;
}
