using System.Collections.Immutable;
using EtcdSentinelExporter.Etcd;

namespace EtcdSentinelExporter.Collectors.Members;

/// <summary>Makes the absence of an alarm as visible as the alarm.</summary>
internal static class MemberAlarms
{
    private static readonly ImmutableArray<string> Known = ["NOSPACE", "CORRUPT"];

    /// <summary>Each known alarm of each known member, and whatever else is active; in a stable order.</summary>
    public static ImmutableArray<MemberAlarm> All(IEnumerable<ulong> members, StatusErrors errors) =>
    [
        .. members.SelectMany(_ => Known, (member, name) => (member, name))
            .Concat(errors.Alarms.Select(alarm => (alarm.MemberId, alarm.Alarm)))
            .Distinct()
            .OrderBy(alarm => alarm.Item1)
            .Select(alarm => new MemberAlarm(
                alarm.Item1, alarm.Item2, errors.Alarms.Any(active => (active.MemberId, active.Alarm) == alarm))),
    ];
}
