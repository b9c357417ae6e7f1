using EtcdSentinelExporter.Recovery;
using Microsoft.Extensions.Time.Testing;
using Xunit;

namespace EtcdSentinelExporter.Tests.Recovery;

public sealed class RecoveryJournalTests : IDisposable
{
    private const ulong Cluster = 0xc0ffee;
    private static readonly TimeSpan Hour = TimeSpan.FromHours(1);

    private readonly string _file = Path.GetTempFileName();
    private readonly FakeTimeProvider _clock = new(new(2026, 1, 1, 12, 0, 0, TimeSpan.Zero));

    [Fact]
    public void A_member_that_began_and_did_not_end_is_named()
    {
        using (var first = Open())
        {
            first.BeginChange("defragment", "a", 0xa1);
            first.End("defragment", "b", 0xa1);
            first.BeginChange("defragment", "c", 0xb2);
        }

        using var second = Open();

        Assert.Equal((true, (ulong?)0xb2), (second.IsResumed, second.Unfinished));
    }

    [Fact]
    public void A_run_that_is_done_or_old_or_of_another_cluster_is_forgotten()
    {
        using (var done = Open())
        {
            done.BeginChange("defragment", "a", 0xa1);
            done.Done("done");
        }
        using (var after = Open())
        {
            Assert.False(after.IsResumed);
            after.BeginChange("defragment", "a", 0xa1);
        }
        using (var other = Open(cluster: 1))
        {
            Assert.Equal((false, (ulong?)null), (other.IsResumed, other.Unfinished));
            other.BeginChange("defragment", "a", 0xa1);
        }
        _clock.Advance(Hour);
        using var late = Open(cluster: 1);
        Assert.False(late.IsResumed);
    }

    [Fact]
    public void A_compaction_of_an_earlier_run_of_this_node_is_known_even_if_that_run_is_done()
    {
        using (var first = Open())
        {
            Assert.False(first.HasCompacted);
            first.BeginChange("compact", "a");
            Assert.False(first.HasCompacted);
            first.Done("done");
        }
        using (var second = Open())
        {
            Assert.Equal((true, false), (second.HasCompacted, second.IsResumed));
            second.BeginChange("compact", "a");
        }
        using (var third = Open())
            Assert.Equal((true, true), (third.HasCompacted, third.IsResumed));
        using var other = Open(cluster: 1);
        Assert.False(other.HasCompacted);
    }

    [Fact]
    public void A_line_that_was_cut_off_does_not_count()
    {
        using (var first = Open())
            first.Saving("/backup/a.db", "saving");
        File.AppendAllText(_file, "{\"at\":\"2026-01-0");

        using var second = Open();

        Assert.Equal((true, "/backup/a.db"), (second.IsResumed, second.Snapshot));
    }

    [Fact]
    public void After_a_disarming_the_snapshot_is_not_used_again()
    {
        using (var first = Open())
        {
            first.Saved("/backup/a.db", "saved");
            first.BeginChange("disarm", "disarming", 0xa1);
        }
        using (var second = Open())
        {
            Assert.Equal((true, (string?)null), (second.IsResumed, second.Snapshot));
            second.Saved("/backup/b.db", "saved");
        }

        using var third = Open();

        Assert.Equal("/backup/b.db", third.Snapshot);
    }

    [Fact]
    public void A_reason_to_stop_is_kept_where_nobody_reads_the_output()
    {
        using (var journal = RecoveryJournal.Open(_file, Cluster, Hour, new ClosedWriter(), _clock))
            journal.Stop("interrupted", "Interrupted.");

        Assert.Contains("\"event\":\"stop\",\"step\":\"interrupted\"", File.ReadAllText(_file), StringComparison.Ordinal);
    }

    [Fact]
    public void Two_runs_exclude_each_other()
    {
        using var first = Open();

        Assert.Throws<IOException>(() => Open());
    }

    public void Dispose() => File.Delete(_file);

    private sealed class ClosedWriter : StringWriter
    {
        public override void WriteLine(string? value) => throw new IOException("Broken pipe");
    }

    private RecoveryJournal Open(ulong cluster = Cluster) =>
        RecoveryJournal.Open(_file, cluster, Hour, TextWriter.Null, _clock);
}
