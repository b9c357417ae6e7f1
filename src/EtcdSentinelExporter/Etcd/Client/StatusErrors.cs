using System.Text.RegularExpressions;
using EtcdSentinelExporter.Text;

namespace EtcdSentinelExporter.Etcd.Client;

/// <summary>An active alarm of a member.</summary>
/// <param name="Alarm">As etcd spells it: <c>NOSPACE</c>, <c>CORRUPT</c>.</param>
internal sealed record ActiveAlarm(ulong MemberId, string Alarm);

/// <summary>Parsed <c>Status.errors</c>: the alarms of every member of the cluster.</summary>
/// <remarks>Without duplicates, and each list up to its limit in <see cref="AnswerLimits"/>.</remarks>
/// <param name="Unknown">Texts that no known version of etcd writes.</param>
internal sealed partial record StatusErrors(ImmutableArray<ActiveAlarm> Alarms, ImmutableArray<string> Unknown)
{
    public bool AlarmsAreTruncated { get; init; }

    public bool UnknownIsTruncated { get; init; }

    public static StatusErrors Parse(IReadOnlyCollection<string> errors)
    {
        var alarms = errors.Select(AlarmOf).OfType<ActiveAlarm>().Distinct()
            .Take(AnswerLimits.MaxAlarms + 1).ToArray();
        // A missing leader is known already from the leader's id, which is then 0.
        var unknown = errors
            .Where(error => AlarmOf(error) is null)
            .Where(error => !error.Contains("etcdserver: no leader", StringComparison.Ordinal))
            .Select(error => DisplayText.Of(error, AnswerLimits.MaxErrorLength)).Distinct(StringComparer.Ordinal)
            .Take(AnswerLimits.MaxErrors + 1).ToArray();
        return new([.. alarms.Take(AnswerLimits.MaxAlarms)], [.. unknown.Take(AnswerLimits.MaxErrors)])
        {
            AlarmsAreTruncated = alarms.Length > AnswerLimits.MaxAlarms,
            UnknownIsTruncated = unknown.Length > AnswerLimits.MaxErrors,
        };
    }

    private static ActiveAlarm? AlarmOf(string error) =>
        AlarmPattern().Match(error) is { Success: true } match
        && ulong.TryParse(match.Groups["member"].ValueSpan, out var member)
            ? new(member, match.Groups["alarm"].Value)
            : null;

    // Since 3.7 this is protobuf's text form. Its white space differs from build to build on purpose.
    [GeneratedRegex(
        @"memberID:\s*(?<member>[0-9]+)\s+alarm:\s*(?<alarm>[A-Za-z0-9_]+)",
        RegexOptions.ExplicitCapture | RegexOptions.CultureInvariant, 1000)]
    private static partial Regex AlarmPattern();
}
