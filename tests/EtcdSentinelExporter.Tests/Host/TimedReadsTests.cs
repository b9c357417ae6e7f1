using System.Collections.Concurrent;
using EtcdSentinelExporter.Host;
using EtcdSentinelExporter.Tests.Support;
using Xunit;

namespace EtcdSentinelExporter.Tests.Host;

public sealed class TimedReadsTests
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(1);

    private readonly FakeClock _clock = new();

    [Fact]
    public void What_comes_in_time_is_handed_on_and_so_is_its_failure()
    {
        var reads = new TimedReads(
            path => path == "/a"
                ? [1, 2]
                : throw new FileNotFoundException("gone"), Limit, _clock);

        Assert.Equal([1, 2], reads.Read("/a"));
        Assert.Throws<FileNotFoundException>(() => reads.Read("/b"));
    }

    [Fact]
    public async Task A_disk_that_hangs_costs_one_thread_and_no_other_file()
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
            Limit, _clock);

        Assert.Contains(
            "/hangs", (await GivenUpAsync(reads, () => Volatile.Read(ref begun) == 1)).Message,
            StringComparison.Ordinal);
        Assert.Throws<IOException>(() => reads.Read("/hangs"));
        Assert.Equal(1, begun);
        Assert.Equal([7], reads.Read("/well"));

        disk.Set();
        await Eventually.IsAsync(() => Reads(reads), "the disk is back, and its file is read");
    }

    [Fact]
    public void One_thread_reads_what_comes_one_after_the_other()
    {
        var threads = new ConcurrentBag<Thread>();
        var reads = new TimedReads(
            path =>
            {
                threads.Add(Thread.CurrentThread);
                return path == "/gone" ? throw new FileNotFoundException("gone") : [];
            },
            Limit, _clock);

        reads.Read("/a");
        Assert.Throws<FileNotFoundException>(() => reads.Read("/gone"));
        reads.Read("/b");

        Assert.Equal(3, threads.Count);
        Assert.Single(threads.Distinct());
        Assert.DoesNotContain(Thread.CurrentThread, threads);
    }

    [Fact]
    public async Task A_slow_file_delays_no_other_and_one_thread_of_them_is_kept()
    {
        using var disk = new ManualResetEventSlim();
        using var isSlow = new ManualResetEventSlim();
        var threads = new ConcurrentDictionary<string, Thread>();
        var reads = new TimedReads(
            path =>
            {
                threads[path] = Thread.CurrentThread;
                if (path == "/slow")
                {
                    isSlow.Set();
                    disk.Wait();
                }
                return [7];
            },
            Limit, _clock);
        var slow = Task.Run(() => reads.Read("/slow"));
        isSlow.Wait();

        Assert.Equal([7], reads.Read("/well"));
        disk.Set();

        Assert.Equal([7], await slow);
        Assert.True(threads["/well"].IsAlive);
        await Eventually.IsAsync(() => !threads["/slow"].IsAlive, "one thread is kept");
    }

    [Fact]
    public async Task The_thread_that_a_disk_held_ends_when_it_comes_back()
    {
        using var disk = new ManualResetEventSlim();
        var threads = new ConcurrentDictionary<string, Thread>();
        var reads = new TimedReads(
            path =>
            {
                threads[path] = Thread.CurrentThread;
                if (path == "/hangs")
                    disk.Wait();
                return [];
            },
            Limit, _clock);
        await GivenUpAsync(reads, () => threads.ContainsKey("/hangs"));
        Assert.True(threads["/hangs"].IsAlive);

        disk.Set();

        await Eventually.IsAsync(() => !threads["/hangs"].IsAlive, "the thread is gone");
    }

    /// <summary>A read of /hangs whose time is over once it hangs.</summary>
    private async Task<IOException> GivenUpAsync(TimedReads reads, Func<bool> hangs)
    {
        var reading = Task.Run(() => Assert.Throws<IOException>(() => reads.Read("/hangs")));
        await Eventually.IsAsync(hangs, "the disk is asked");
        await _clock.TimerAsync(_clock.GetUtcNow() + Limit);
        _clock.Advance(Limit);
        return await Eventually.EndsAsync(reading);
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
