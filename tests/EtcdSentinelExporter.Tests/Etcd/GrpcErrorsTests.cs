using EtcdSentinelExporter.Etcd;
using Xunit;

namespace EtcdSentinelExporter.Tests.Etcd;

public class GrpcErrorsTests
{
    [Theory]
    [InlineData("14", "etcdserver: rpc not supported for learner", EtcdReason.Learner)]
    [InlineData("9", "etcdserver: rpc not supported for learner", EtcdReason.Learner)]
    [InlineData("14", "etcdserver: no leader", EtcdReason.NoLeader)]
    [InlineData("14", "etcdserver: request timed out", EtcdReason.Timeout)]
    [InlineData("2", "context deadline exceeded", EtcdReason.Timeout)]
    [InlineData("4", "", EtcdReason.Timeout)]
    [InlineData("3", "etcdserver: user name is empty", EtcdReason.Auth)]
    [InlineData("7", "etcdserver: permission denied", EtcdReason.Auth)]
    [InlineData("16", "etcdserver: invalid auth token", EtcdReason.Auth)]
    [InlineData("14", "etcdserver: leader changed", EtcdReason.Unavailable)]
    [InlineData("8", "etcdserver: too many requests", EtcdReason.Overloaded)]
    [InlineData("15", "etcdserver: corrupt cluster", EtcdReason.Corrupt)]
    [InlineData("12", "unknown service etcdserverpb.Maintenance", EtcdReason.Unsupported)]
    [InlineData("13", "anything", EtcdReason.Error)]
    [InlineData("9", "etcdserver: not capable", EtcdReason.Error)]
    public void Codes_and_texts_of_every_version_have_a_reason(string code, string message, string reason)
    {
        var error = GrpcErrors.Explain(GrpcErrors.Code(code), message);

        Assert.Equal(reason, error.Reason);
        Assert.Contains(reason, EtcdReason.All, StringComparer.Ordinal);
    }

    [Theory]
    [InlineData("17")]
    [InlineData("-1")]
    [InlineData("")]
    [InlineData("OK")]
    public void A_status_that_is_no_code_counts_as_unknown(string status) =>
        Assert.Equal(GrpcStatusCode.Unknown, GrpcErrors.Code(status));

    [Fact]
    public void Messages_are_decoded_cleaned_and_cut()
    {
        var decoded = GrpcErrors.Explain(GrpcStatusCode.Internal, "a%20%C3%A4%0A%1B[31mb%");
        var cut = GrpcErrors.Explain(GrpcStatusCode.Internal, new string('x', 100_000));

        Assert.Equal("a ä  [31mb% (Internal)", decoded.Message);
        Assert.InRange(cut.Message.Length, 300, 320);
    }
}
