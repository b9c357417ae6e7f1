using System.Buffers;
using System.Text;
using EtcdSentinelExporter.Text;
using Google.Protobuf;

namespace EtcdSentinelExporter.Etcd.Client;

/// <summary>One message of a watch.</summary>
/// <param name="Bytes">Size of the message.</param>
internal sealed record WatchBatch(int Bytes)
{
    public bool IsCanceled { get; private init; }

    /// <summary>Why etcd ended the watch; empty if it did not say.</summary>
    public string CancelReason { get; private init; } = "";

    public ImmutableArray<WatchEvent> Events { get; private init; } = [];

    /// <summary>Bytes that this object keeps: the keys, and not the values.</summary>
    public int KeptBytes => Events.Sum(one => one.Key.Length);

    /// <exception cref="FormatException">It is no message of a watch.</exception>
    public static WatchBatch Parse(ReadOnlySequence<byte> message)
    {
        var bytes = message.IsSingleSegment ? message.FirstSpan : message.ToArray();
        var events = ImmutableArray.CreateBuilder<WatchEvent>();
        var (isCanceled, reason) = (false, "");
        var fields = new WireReader(bytes);
        while (fields.Next())
        {
            switch (fields.Field)
            {
                case 4:
                    isCanceled = fields.Number != 0;
                    break;
                case 6:
                    reason = DisplayText.Of(Encoding.UTF8.GetString(fields.Content), AnswerLimits.MaxErrorLength);
                    break;
                case 11:
                    events.Add(WatchEvent.Of(fields.Content));
                    break;
            }
        }
        return new(bytes.Length) { IsCanceled = isCanceled, CancelReason = reason, Events = events.ToImmutable() };
    }
}

/// <summary>One write.</summary>
/// <param name="ValueBytes">Length of the value, which is not kept; 0 for a delete.</param>
/// <param name="IsCreate">True if the key did not exist before.</param>
internal readonly record struct WatchEvent(ByteString Key, bool IsDelete, int ValueBytes, bool IsCreate)
{
    public static WatchEvent Of(ReadOnlySpan<byte> message)
    {
        var fields = new WireReader(message);
        var (isDelete, key) = (false, default(WatchEvent));
        while (fields.Next())
        {
            if (fields.Field == 1)
                isDelete = fields.Number == 1;
            else if (fields.Field == 2)
                key = KeyOf(fields.Content);
        }
        return key with { Key = key.Key ?? ByteString.Empty, IsDelete = isDelete };
    }

    private static WatchEvent KeyOf(ReadOnlySpan<byte> message)
    {
        var fields = new WireReader(message);
        var (key, value, created, modified) = (ByteString.Empty, 0, 0ul, 0ul);
        while (fields.Next())
        {
            switch (fields.Field)
            {
                case 1:
                    key = ByteString.CopyFrom(fields.Content);
                    break;
                case 2:
                    created = fields.Number;
                    break;
                case 3:
                    modified = fields.Number;
                    break;
                case 5:
                    value = fields.Content.Length;
                    break;
            }
        }
        return new(key, IsDelete: false, value, IsCreate: created == modified);
    }
}

/// <summary>Reads the fields of a protobuf message without copying their content.</summary>
internal ref struct WireReader(ReadOnlySpan<byte> message)
{
    private ReadOnlySpan<byte> _rest = message;

    public ulong Field { get; private set; }

    /// <summary>Value of a field that is a number; 0 for others.</summary>
    public ulong Number { get; private set; }

    /// <summary>Content of a field with a length; empty for others.</summary>
    public ReadOnlySpan<byte> Content { get; private set; }

    /// <summary>Reads the next field.</summary>
    /// <returns>False at the end of the message.</returns>
    /// <exception cref="FormatException">The message is cut off or no protobuf.</exception>
    public bool Next()
    {
        if (_rest.IsEmpty)
            return false;
        var tag = Varint();
        (Field, Number) = (tag >> 3, 0);
        Content = default;
        switch (tag & 7)
        {
            case 0:
                Number = Varint();
                break;
            case 1:
                Take(8);
                break;
            case 2:
                Content = Take(Varint());
                break;
            case 5:
                Take(4);
                break;
            default:
                throw Broken();
        }
        return true;
    }

    private ulong Varint()
    {
        var value = 0ul;
        for (var at = 0; at < _rest.Length && at < 10; at++)
        {
            value |= (ulong)(_rest[at] & 0x7f) << (7 * at);
            if (_rest[at] > 0x7f)
                continue;
            _rest = _rest[(at + 1)..];
            return value;
        }
        throw Broken();
    }

    private ReadOnlySpan<byte> Take(ulong length)
    {
        if (length > (ulong)_rest.Length)
            throw Broken();
        var taken = _rest[..(int)length];
        _rest = _rest[(int)length..];
        return taken;
    }

    private static FormatException Broken() => new("The message is cut off or no protobuf.");
}
