using System.Net;
using System.Net.Http.Headers;
using Google.Protobuf;

namespace EtcdSentinelExporter.Etcd;

/// <summary>Reads the answer to a gRPC call.</summary>
internal static class GrpcAnswer
{
    /// <exception cref="EtcdException">Not gRPC, an error of etcd's, or no valid message.</exception>
    public static async Task<T> ReadAsync<T>(
        HttpResponseMessage response, MessageParser<T> parser, CancellationToken cancellationToken)
        where T : IMessage<T>
    {
        RequireGrpc(response);
        // An error without a message has its status where others have it after the body.
        ThrowOnError(response.Headers);
        await using var body = await response.Content.ReadAsStreamAsync(cancellationToken);
        var message = await GrpcFrame.ReadAsync(body, cancellationToken);
        if (!ThrowOnError(response.TrailingHeaders))
        {
            throw new EtcdException(
                EtcdReason.Protocol,
                "The answer ends without a gRPC status; something between us and etcd cut it off.");
        }

        if (message is null)
            throw new EtcdException(EtcdReason.Protocol, "The answer says OK and holds no message.");
        try
        {
            return parser.ParseFrom(message);
        }
        catch (InvalidProtocolBufferException e)
        {
            throw new EtcdException(EtcdReason.Protocol, "The answer is not the message that was asked for.", e);
        }
    }

    private static void RequireGrpc(HttpResponseMessage response)
    {
        var type = response.Content.Headers.ContentType?.MediaType;
        if (response.StatusCode == HttpStatusCode.OK && type is not null && IsGrpc(type))
            return;
        throw new EtcdException(
            EtcdReason.NotGrpc,
            $"Something that is not etcd's client port answers: HTTP {(int)response.StatusCode}, "
            + $"{type ?? "no content type"}.")
        {
            HttpStatus = (int)response.StatusCode,
        };
    }

    private static bool IsGrpc(string type) =>
        type == "application/grpc" || type.StartsWith("application/grpc+", StringComparison.Ordinal);

    /// <returns>Whether there was a status at all.</returns>
    private static bool ThrowOnError(HttpResponseHeaders headers)
    {
        if (First(headers, "grpc-status") is not { } status)
            return false;
        var code = GrpcErrors.Code(status);
        return code == GrpcStatusCode.OK ? true : throw GrpcErrors.Explain(code, First(headers, "grpc-message") ?? "");
    }

    private static string? First(HttpResponseHeaders headers, string name) =>
        headers.TryGetValues(name, out var values) ? values.FirstOrDefault() : null;
}
