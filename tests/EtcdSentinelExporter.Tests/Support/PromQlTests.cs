using Xunit;

namespace EtcdSentinelExporter.Tests.Support;

public sealed class PromQlTests
{
    [Theory]
    [InlineData("up", "up")]
    [InlineData("""max by (cluster, host) (rate(a_total{job="x{y}", le=~"5|5[.]0"}[5m] offset 1d)) > 0.1""", "a_total")]
    [InlineData("a:b:c * on (cluster) group_left (member) last_over_time(d[10m:1m])", "a:b:c d")]
    [InlineData(
        """topk by (x) (1, label_replace(m, "host", "$1", "instance", "(.*?)(:\\d+)?")) unless on () absent(n)""",
        "m n")]
    [InlineData("time() - e > 1200 and 7 * f # g\n or h offset 24h", "e f h")]
    [InlineData("p unless on (cluster)\nq", "p q")]
    public void Series_are_distinguished_from_functions_labels_and_words(string expression, string expected) =>
        Assert.Equal(expected, string.Join(' ', PromQl.Series(expression)));
}
