using EtcdSentinelExporter.Cli;
using Xunit;

namespace EtcdSentinelExporter.Tests.Cli;

public sealed class OpenFilesTests
{
    [Theory]
    [InlineData(64)]
    [InlineData(799)]
    public void Too_low_a_limit_is_one_sentence_with_both_numbers(double limit) => Assert.Equal(
        $"open file limit is too low: {limit}, but etcd-sentinel-exporter needs 800; raise it with LimitNOFILE= of "
        + "systemd or ulimit -n.",
        OpenFiles.Problem(576, limit));

    [Theory]
    [InlineData(800d)]
    [InlineData(double.PositiveInfinity)]
    [InlineData(null)]
    public void Enough_or_unknown_is_no_problem(double? limit) => Assert.Null(OpenFiles.Problem(576, limit));
}
