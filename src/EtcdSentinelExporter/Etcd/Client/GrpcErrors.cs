using EtcdSentinelExporter.Text;
using Google.Protobuf;
using Grpc.Core;

namespace EtcdSentinelExporter.Etcd.Client;

/// <summary>Maps a failed gRPC call to a reason.</summary>
/// <remarks>etcd's texts are more stable than its codes. A learner rejects calls with Unavailable until 3.5 and with
/// FailedPrecondition since 3.6; "too many requests" has the code Unknown in 3.4.</remarks>
internal static class GrpcErrors
{
    /// <returns>An <see cref="EtcdException"/>, or the exception of the transport: <see cref="HttpConnection.Explain"/>
    /// explains that one.</returns>
    public static Exception Explain(RpcException failure) => failure.Status.DebugException switch
    {
        null => new EtcdException(
            Reason(failure.StatusCode, failure.Status.Detail), Sentence(failure.StatusCode, failure.Status.Detail))
        {
            IsAboutToken = IsAboutToken(failure.Status.Detail),
            IsAuthDisabled = Contains(failure.Status.Detail, "authentication is not enabled"),
        },
        // The channel's message for an impossible length.
        InvalidDataException { Message: "Message too large." } broken => Broken(EtcdReason.TooLarge, broken),
        InvalidProtocolBufferException broken => Broken(EtcdReason.Protocol, broken),
        HttpRequestException or OperationCanceledException or IOException => failure.Status.DebugException,
        OutOfMemoryException exhausted => exhausted,
        var broken => Broken(EtcdReason.Protocol, broken),
    };

    private static string Reason(StatusCode code, string text) => (code, text) switch
    {
        _ when Contains(text, "etcdserver: no leader") => EtcdReason.NoLeader,
        _ when Contains(text, "not supported for learner") => EtcdReason.Learner,
        _ when IsFromAccessControl(text) => EtcdReason.Auth,
        _ when Contains(text, "request timed out") || Contains(text, "deadline exceeded")
            || Contains(text, "took too long") => EtcdReason.Timeout,
        _ when Contains(text, "too many requests") => EtcdReason.Overloaded,
        _ when IsFromChannel(text) => EtcdReason.Protocol,
        (StatusCode.Unauthenticated or StatusCode.PermissionDenied, _) => EtcdReason.Auth,
        (StatusCode.DeadlineExceeded, _) => EtcdReason.Timeout,
        (StatusCode.Unavailable, _) => EtcdReason.Unavailable,
        (StatusCode.ResourceExhausted, _) => Exhausted(text),
        (StatusCode.DataLoss, _) => EtcdReason.Corrupt,
        (StatusCode.Unimplemented, _) => EtcdReason.Unsupported,
        _ => EtcdReason.Error,
    };

    // Their codes differ: InvalidArgument, FailedPrecondition, PermissionDenied, Unauthenticated.
    private static bool IsFromAccessControl(string text) =>
        Contains(text, "etcdserver: permission denied") || Contains(text, "user name not found")
        || Contains(text, "user name is empty") || Contains(text, "authentication failed") || IsAboutToken(text);

    // A simple token is gone when etcd restarts; a signed one is void after any change of users or roles.
    private static bool IsAboutToken(string text) =>
        Contains(text, "invalid auth token") || Contains(text, "revision of auth store is old");

    // The channel's messages for a response without status or message, and for one with unrequested compression.
    private static bool IsFromChannel(string text) =>
        Contains(text, "No grpc-status found") || Contains(text, "Failed to deserialize response message")
        || Contains(text, "grpc-encoding value");

    private static string Exhausted(string text) => text switch
    {
        // The channel's message for a response above our limit, and etcd's for a message above its own limit.
        _ when Contains(text, "exceeds the maximum configured message size") || Contains(text, "larger than max") =>
            EtcdReason.TooLarge,
        // NOSPACE.
        _ when Contains(text, "database space exceeded") => EtcdReason.Error,
        _ => EtcdReason.Overloaded,
    };

    private static bool Contains(string text, string part) => text.Contains(part, StringComparison.Ordinal);

    private static string Sentence(StatusCode code, string text) =>
        text.Length > 0 ? $"{Clean(text)} ({code})" : $"The server returned {code}.";

    private static EtcdException Broken(string reason, Exception cause) =>
        new(reason, $"Invalid response: {Clean(cause.Message)}", cause);

    // The text comes from an untrusted server, and goes to logs and terminals.
    private static string Clean(string text) =>
        DisplayText.Of(text.ReplaceLineEndings(" "), AnswerLimits.MaxErrorLength).Trim();
}
