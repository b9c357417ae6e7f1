using System.Buffers;
using EtcdSentinelExporter.Etcd.Client;
using EtcdSentinelExporter.Tests.Support;
using Etcdserverpb;
using FsCheck.Fluent;
using Google.Protobuf;
using Mvccpb;
using Xunit;

namespace EtcdSentinelExporter.Tests.Etcd.Client;

public sealed class WatchBatchTests
{
    [Fact]
    public void Keys_and_lengths_are_read_and_values_are_not_kept()
    {
        var batch = Parse(new WatchResponse
        {
            Header = new() { Revision = 9 },
            Events =
            {
                Event(Mvccpb.Event.Types.EventType.Put, "/registry/secrets/a/b", value: 1000, created: 5, modified: 9),
                Event(Mvccpb.Event.Types.EventType.Put, "/registry/pods/a/b", value: 0, created: 9, modified: 9),
                Event(Mvccpb.Event.Types.EventType.Delete, "/registry/pods/a/c", value: 0, created: 0, modified: 9),
            },
        });

        Assert.Equal(
            [("/registry/secrets/a/b", false, 1000, false), ("/registry/pods/a/b", false, 0, true),
                ("/registry/pods/a/c", true, 0, false)],
            batch.Events.Select(one => (one.Key.ToStringUtf8(), one.IsDelete, one.ValueBytes, one.IsCreate)));
        Assert.True(batch.Bytes > 1000);
        Assert.Equal(57, batch.KeptBytes);
    }

    [Fact]
    public void A_watch_that_etcd_ends_says_why()
    {
        var batch = Parse(new WatchResponse { Canceled = true, CancelReason = "no\u202e leader" });

        Assert.True(batch.IsCanceled);
        Assert.Equal("no\ufffd leader", batch.CancelReason);
    }

    [Fact]
    public void Any_bytes_are_a_batch_or_invalid() => Prop.ForAll<byte[]>(bytes =>
    {
        try
        {
            return WatchBatch.Parse(new(bytes)).Bytes == bytes.Length;
        }
        catch (FormatException)
        {
            return true;
        }
    }).Holds();

    [Fact]
    public void A_message_in_several_segments_is_the_same()
    {
        var bytes = new WatchResponse { Events = { Event(default, "/a/b", 3, 1, 1) } }.ToByteArray();
        var first = new Segment(bytes.AsMemory(0, 4));
        var last = first.Append(bytes.AsMemory(4));

        var batch = WatchBatch.Parse(new(first, 0, last, last.Memory.Length));

        Assert.Equal("/a/b", Assert.Single(batch.Events).Key.ToStringUtf8());
    }

    private static WatchBatch Parse(WatchResponse response) =>
        WatchBatch.Parse(new ReadOnlySequence<byte>(response.ToByteArray()));

    private static Event Event(
        Event.Types.EventType type, string key, int value, long created, long modified) => new()
        {
            Type = type,
            Kv = new KeyValue
            {
                Key = ByteString.CopyFromUtf8(key),
                Value = ByteString.CopyFrom(new byte[value]),
                CreateRevision = created,
                ModRevision = modified,
            },
        };

    private sealed class Segment : ReadOnlySequenceSegment<byte>
    {
        public Segment(ReadOnlyMemory<byte> memory) => Memory = memory;

        public Segment Append(ReadOnlyMemory<byte> memory)
        {
            var next = new Segment(memory) { RunningIndex = RunningIndex + Memory.Length };
            Next = next;
            return next;
        }
    }
}
