using System.Diagnostics;
using System.Globalization;
using System.Text.RegularExpressions;
using Xunit;

namespace EtcdSentinelExporter.IntegrationTests.Maintenance;

/// <summary>How long clients wait, against what was said before.</summary>
public sealed partial class BlockedTests
{
    // A busy machine needs a while for etcdctl itself.
    private const double MarginSeconds = 15;

    [Fact]
    public async Task No_writer_waits_longer_than_was_estimated_for_its_member_and_a_margin()
    {
        await using var cluster = await Defragmenting.StartFragmentedAsync(EtcdBinary.Default, 3);
        using var stop = new CancellationTokenSource();
        var writers = cluster.Members.Select(member => LongestWaitAsync(cluster, member, stop.Token)).ToArray();

        var ran = await DefragmentTests.RunOnActorAsync(cluster, [.. Defragmenting.Willing]);
        await stop.CancelAsync();
        var waits = await Task.WhenAll(writers);

        Assert.True(ran.Code == 0, ran.Output);
        foreach (var (member, wait) in cluster.Members.Zip(waits))
        {
            var estimate = Seconds(ran, $"{member.Name}: begins; ");
            var blocked = Seconds(ran, $"{member.Name}: ", " before, ");
            Assert.InRange(blocked, 0, estimate + MarginSeconds);
            Assert.InRange(wait, 0, estimate + MarginSeconds);
        }
    }

    // Writes to one member, one after the other. One that is refused while the leader changes is tried again.
    private static async Task<double> LongestWaitAsync(
        EtcdCluster cluster, MemberProcess member, CancellationToken stopping)
    {
        var longest = TimeSpan.Zero;
        for (var sinceLast = Stopwatch.StartNew(); !stopping.IsCancellationRequested;)
        {
            try
            {
                await cluster.EtcdctlAsync(member, "put", $"/registry/leases/{member.Name}", "x");
                longest = sinceLast.Elapsed > longest ? sinceLast.Elapsed : longest;
                sinceLast.Restart();
            }
            catch (InvalidOperationException)
            {
                // Counted until the next success.
            }
        }
        return longest.TotalSeconds;
    }

    private static double Seconds(RanVerb ran, params string[] parts)
    {
        var line = Assert.Single(
            ran.Lines, line => parts.All(part => line.Contains(part, StringComparison.Ordinal)));
        return double.Parse(WithoutAnswer().Match(line).Groups[1].Value, CultureInfo.InvariantCulture);
    }

    [GeneratedRegex(@"([0-9.]+) s without an answer$")]
    private static partial Regex WithoutAnswer();
}
