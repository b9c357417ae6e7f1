using EtcdSentinelExporter.Node;
using Xunit;

namespace EtcdSentinelExporter.Tests.Node;

public sealed class TimedReadsTests
{
    [Fact]
    public void What_comes_in_time_is_handed_on_and_so_is_its_failure()
    {
        var reads = new TimedReads(
            path => path == "/a"
                ? [1, 2]
                : throw new FileNotFoundException("gone"), TimeSpan.FromMinutes(1), TimeProvider.System);

        Assert.Equal([1, 2], reads.Read("/a"));
        Assert.Throws<FileNotFoundException>(() => reads.Read("/b"));
    }

    [Fact]
    public void A_disk_that_hangs_costs_one_thread_and_no_other_file()
    {
        using var disk = new ManualResetEventSlim();
        var begun = 0;
        var reads = new TimedReads(
            path =>
            {
                if (path == "/hangs" && Interlocked.Increment(ref begun) == 1)
                    disk.Wait();
                return [7];
            },
            TimeSpan.FromSeconds(1), TimeProvider.System);

        Assert.Contains(
            "/hangs", Assert.Throws<IOException>(() => reads.Read("/hangs")).Message, StringComparison.Ordinal);
        Assert.Throws<IOException>(() => reads.Read("/hangs"));
        Assert.Equal(1, begun);
        Assert.Equal([7], reads.Read("/well"));

        disk.Set();
        Assert.True(SpinWait.SpinUntil(() => Reads(reads), TimeSpan.FromMinutes(2)),
            "The disk is back, and its file still cannot be read.");
    }

    private static bool Reads(TimedReads reads)
    {
        try
        {
            return reads.Read("/hangs") is [7];
        }
        catch (IOException)
        {
            return false;
        }
    }
}
