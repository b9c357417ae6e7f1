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

        Assert.Equal((true, (ulong?)0xb2), (second.History.IsResumed, second.History.Unfinished));
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
            Assert.Equal((false, (ulong?)null), (after.History.IsResumed, after.History.Unfinished));
            after.BeginChange("defragment", "a", 0xa1);
        }
        using (var other = Open(cluster: 1))
        {
            Assert.Equal((false, (ulong?)null), (other.History.IsResumed, other.History.Unfinished));
            other.BeginChange("defragment", "a", 0xa1);
        }
        _clock.Advance(Hour);
        using var late = Open(cluster: 1);
        Assert.False(late.History.IsResumed);
    }

    [Fact]
    public void A_compaction_of_an_earlier_run_of_this_node_is_known_even_if_that_run_is_done()
    {
        using (var first = Open())
        {
            first.BeginCompaction(100, "a");
            Assert.Empty(first.History.Compacted);
            first.Done("done");
        }
        using (var second = Open())
        {
            Assert.Equal((100, false), (Assert.Single(second.History.Compacted), second.History.IsResumed));
            second.BeginChange("defragment", "a", 0xa1);
            second.Done("done");
        }
        using (var third = Open())
        {
            Assert.Equal((100, false), (Assert.Single(third.History.Compacted), third.History.IsResumed));
            third.BeginCompaction(200, "b");
        }
        using (var fourth = Open())
            Assert.Equal([100, 200], fourth.History.Compacted.Order());
        using var other = Open(cluster: 1);
        Assert.Empty(other.History.Compacted);
    }

    [Fact]
    public void A_line_that_was_cut_off_does_not_count()
    {
        using (var first = Open())
            first.Saving("/backup/a.db", "saving");
        File.AppendAllText(_file, "{\"at\":\"2026-01-0");

        using (var second = Open())
        {
            Assert.Equal((true, "/backup/a.db"), (second.History.IsResumed, second.History.Snapshot));
            second.BeginChange("defragment", "begins", 0xa1);
        }

        // What follows it counts.
        Assert.Equal(0xa1ul, JournalHistory.At(_file, null, Hour, _clock.GetUtcNow()).Unfinished);
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
            Assert.Equal((true, (string?)null), (second.History.IsResumed, second.History.Snapshot));
            second.Saved("/backup/b.db", "saved");
        }

        using var third = Open();

        Assert.Equal("/backup/b.db", third.History.Snapshot);
    }

    [Fact]
    public void A_reason_to_stop_is_kept_where_nobody_reads_the_output()
    {
        using (var journal = RecoveryJournal.Open(_file, Cluster, Hour, new ClosedWriter(), _clock))
            journal.Stop("interrupted", "Interrupted.");

        Assert.Contains("\"event\":\"stop\",\"step\":\"interrupted\"", File.ReadAllText(_file), StringComparison.Ordinal);
    }

    [Fact]
    public void Two_runs_exclude_each_other_and_a_look_at_it_finds_nothing_meanwhile()
    {
        using var first = Open();
        first.BeginChange("defragment", "begins", 0xa1);

        Assert.Throws<IOException>(() => Open());
        Assert.Null(JournalHistory.At(_file, null, Hour, _clock.GetUtcNow()).Unfinished);
    }

    [Fact]
    public void A_run_that_wrote_nothing_leaves_no_file()
    {
        Open().Dispose();
        Assert.False(File.Exists(_file));

        using (var journal = Open())
            journal.Done("done");
        Open().Dispose();
        Assert.True(File.Exists(_file));
    }

    public void Dispose() => File.Delete(_file);

    private sealed class ClosedWriter : StringWriter
    {
        public override void WriteLine(string? value) => throw new IOException("Broken pipe");
    }

    private RecoveryJournal Open(ulong cluster = Cluster) =>
        RecoveryJournal.Open(_file, cluster, Hour, TextWriter.Null, _clock);
}
