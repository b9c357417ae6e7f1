using EtcdSentinelExporter.Etcd.Client;
using Grpc.Core;
using Xunit;

namespace EtcdSentinelExporter.Tests.Etcd.Client;

public class GrpcErrorsTests
{
    [Theory]
    [InlineData(StatusCode.Unavailable, "etcdserver: rpc not supported for learner", EtcdReason.Learner)]
    [InlineData(StatusCode.FailedPrecondition, "etcdserver: rpc not supported for learner", EtcdReason.Learner)]
    [InlineData(StatusCode.Unavailable, "etcdserver: no leader", EtcdReason.NoLeader)]
    [InlineData(StatusCode.Unavailable, "etcdserver: request timed out", EtcdReason.Timeout)]
    [InlineData(StatusCode.Unknown, "context deadline exceeded", EtcdReason.Timeout)]
    [InlineData(StatusCode.DeadlineExceeded, "", EtcdReason.Timeout)]
    [InlineData(StatusCode.InvalidArgument, "etcdserver: user name is empty", EtcdReason.Auth)]
    [InlineData(StatusCode.PermissionDenied, "etcdserver: permission denied", EtcdReason.Auth)]
    [InlineData(StatusCode.Unauthenticated, "etcdserver: invalid auth token", EtcdReason.Auth)]
    [InlineData(StatusCode.FailedPrecondition, "etcdserver: user name not found", EtcdReason.Auth)]
    [InlineData(StatusCode.Unknown, "etcdserver: permission denied", EtcdReason.Auth)]
    [InlineData(StatusCode.InvalidArgument, "etcdserver: revision of auth store is old", EtcdReason.Auth)]
    [InlineData(StatusCode.InvalidArgument, "etcdserver: authentication failed, invalid user ID or password",
        EtcdReason.Auth)]
    [InlineData(StatusCode.Unavailable, "etcdserver: leader changed", EtcdReason.Unavailable)]
    [InlineData(StatusCode.Unknown, "etcdserver: too many requests", EtcdReason.Overloaded)]
    [InlineData(StatusCode.DataLoss, "etcdserver: corrupt cluster", EtcdReason.Corrupt)]
    [InlineData(StatusCode.Unimplemented, "unknown service etcdserverpb.Maintenance", EtcdReason.Unsupported)]
    [InlineData(StatusCode.Internal, "anything", EtcdReason.Error)]
    [InlineData(StatusCode.FailedPrecondition, "etcdserver: not capable", EtcdReason.Error)]
    public void Codes_and_texts_of_every_version_have_a_reason(StatusCode code, string message, string reason)
    {
        Assert.Equal(reason, Explain(code, message).Reason);
        Assert.Contains(reason, EtcdReason.All, StringComparer.Ordinal);
    }

    [Theory]
    [InlineData("Received message exceeds the maximum configured message size.", EtcdReason.TooLarge)]
    [InlineData("grpc: received message larger than max (3145760 vs. 2097152)", EtcdReason.TooLarge)]
    [InlineData("trying to send message larger than max (5 vs. 4)", EtcdReason.TooLarge)]
    [InlineData("etcdserver: mvcc: database space exceeded", EtcdReason.Error)]
    [InlineData("etcdserver: too many requests", EtcdReason.Overloaded)]
    [InlineData("", EtcdReason.Overloaded)]
    public void What_is_exhausted_is_decided_by_the_detail(string detail, string reason) =>
        Assert.Equal(reason, Explain(StatusCode.ResourceExhausted, detail).Reason);

    [Fact]
    public void Messages_are_cleaned_and_cut()
    {
        var cleaned = Explain(StatusCode.Internal, "a \u00e4\n\u001b[31mb%");
        var cut = Explain(StatusCode.Internal, new string('x', 100_000));

        Assert.Equal("a \u00e4 \uFFFD[31mb% (Internal)", cleaned.Message);
        Assert.InRange(cut.Message.Length, 300, 320);
    }

    private static EtcdException Explain(StatusCode code, string detail) =>
        Assert.IsType<EtcdException>(GrpcErrors.Explain(new RpcException(new Status(code, detail))));
}
