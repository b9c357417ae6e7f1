using EtcdSentinelExporter.Etcd.Client;

namespace EtcdSentinelExporter.Etcd.Members;

/// <summary>A part of a member's responses that is kept up to a limit in <see cref="AnswerLimits"/>.</summary>
/// <param name="Name">One of <see cref="Names"/>.</param>
/// <param name="IsTruncated">True if the limit was exceeded and the rest was dropped.</param>
internal readonly record struct AnswerPart(string Name, bool IsTruncated)
{
    public const string Members = "members";
    public const string Alarms = "alarms";
    public const string Errors = "errors";

    public static ImmutableArray<string> Names { get; } = [Members, Alarms, Errors];
}
