using System.Globalization;

namespace EtcdSentinelExporter.Etcd;

/// <summary>Turns the status of a gRPC call into a reason.</summary>
/// <remarks>etcd's texts are steadier than its codes: what a learner refuses is Unavailable until 3.5 and
/// FailedPrecondition since 3.6.</remarks>
internal static class GrpcErrors
{
    private const int LongestMessage = 300;

    /// <param name="status">The header's value, a number; anything else counts as <see
    /// cref="GrpcStatusCode.Unknown"/>.</param>
    public static GrpcStatusCode Code(string status) =>
        int.TryParse(status, NumberStyles.None, CultureInfo.InvariantCulture, out var code)
        && code <= (int)GrpcStatusCode.Unauthenticated
            ? (GrpcStatusCode)code
            : GrpcStatusCode.Unknown;

    /// <param name="message">As on the wire, percent-encoded.</param>
    public static EtcdException Explain(GrpcStatusCode code, string message)
    {
        var text = Clean(message);
        return new(
            Reason(code, text), text.Length > 0 ? $"{text} ({code})" : $"The server answered {code}.")
        { Code = code };
    }

    private static string Reason(GrpcStatusCode code, string text) => (code, text) switch
    {
        _ when Says(text, "etcdserver: no leader") => EtcdReason.NoLeader,
        _ when Says(text, "not supported for learner") => EtcdReason.Learner,
        _ when Says(text, "user name is empty") || Says(text, "invalid auth token") => EtcdReason.Auth,
        _ when Says(text, "request timed out") || Says(text, "deadline exceeded") || Says(text, "took too long") =>
            EtcdReason.Timeout,
        (GrpcStatusCode.Unauthenticated or GrpcStatusCode.PermissionDenied, _) => EtcdReason.Auth,
        (GrpcStatusCode.DeadlineExceeded, _) => EtcdReason.Timeout,
        (GrpcStatusCode.Unavailable, _) => EtcdReason.Unavailable,
        (GrpcStatusCode.ResourceExhausted, _) => EtcdReason.Overloaded,
        (GrpcStatusCode.DataLoss, _) => EtcdReason.Corrupt,
        (GrpcStatusCode.Unimplemented, _) => EtcdReason.Unsupported,
        _ => EtcdReason.Error,
    };

    private static bool Says(string text, string part) => text.Contains(part, StringComparison.Ordinal);

    // The text comes from whoever answers at the address, and goes to logs and terminals.
    private static string Clean(string message)
    {
        var text = Uri.UnescapeDataString(
            message.Length > 3 * LongestMessage ? message[..(3 * LongestMessage)] : message);
        var cut = text.Length > LongestMessage ? text[..LongestMessage] + "…" : text;
        return string.Concat(cut.Select(c => char.IsControl(c) ? ' ' : c)).Trim();
    }
}
