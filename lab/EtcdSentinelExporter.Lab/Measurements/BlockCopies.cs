using System.Buffers.Binary;
using System.Collections.Immutable;
using System.Numerics;

namespace EtcdSentinelExporter.Lab.Measurements;

/// <summary>Copies blocks of a Prometheus, with other names of the clusters c1000 to c1099 of
/// <see cref="MadeUpSeries"/>.</summary>
/// <remarks>A thousand clusters would be a hundred gigabytes of text for promtool. Only a digit changes in the names:
/// sizes and the order of an index stay. See <see
/// href="https://github.com/prometheus/prometheus/blob/main/tsdb/docs/format/index.md">the format</see>.</remarks>
internal static class BlockCopies
{
    private const int TocLength = 52;
    private const int Set = 100;
    private const int FirstToCopy = 1000;

    /// <summary>Number of sets of a hundred clusters; 1 for fewer clusters.</summary>
    public static int Sets(int clusters) => Math.Max(1, clusters / Set);

    /// <summary>Number of the first cluster of <see cref="MadeUpSeries"/>.</summary>
    public static int First(int sets) => sets > 1 ? FirstToCopy : 1;

    /// <summary>The Prometheus that opens them: copies overlap in time, and the older version would merge them at
    /// once. <see langword="null"/> for the usual one.</summary>
    public static string? Binary(int sets) => sets > 1 ? Prometheus.Binaries.Last() : null;

    /// <summary>Flags of that Prometheus.</summary>
    public static ImmutableArray<string> Flags(int sets) =>
        sets > 1 ? ["--no-storage.tsdb.allow-overlapping-compaction"] : [];

    /// <param name="data">Storage of a Prometheus that does not run.</param>
    /// <param name="sets">Number of sets of a hundred clusters, the one that is there included; at most 10.</param>
    public static void Make(DirectoryInfo data, int sets)
    {
        foreach (var block in data.GetDirectories().Where(one => File.Exists(Path.Combine(one.FullName, "meta.json"))))
        {
            for (var set = 1; set < sets; set++)
                Copy(block, (char)('0' + set));
        }
    }

    private static void Copy(DirectoryInfo block, char digit)
    {
        // A ULID ends with random characters.
        var name = $"{block.Name[..^2]}Z{digit}";
        var to = Path.Combine(block.Parent!.FullName, name);
        foreach (var file in block.GetFiles("*", SearchOption.AllDirectories))
        {
            var copy = file.FullName.Replace(block.FullName, to, StringComparison.Ordinal);
            Directory.CreateDirectory(Path.GetDirectoryName(copy)!);
            if (file.Name == "meta.json")
                File.WriteAllText(copy, File.ReadAllText(file.FullName).Replace(block.Name, name, StringComparison.Ordinal));
            else if (file.Name == "index")
                File.WriteAllBytes(copy, Renamed(File.ReadAllBytes(file.FullName), digit));
            else
                file.CopyTo(copy);
        }
    }

    // Names are in the table of symbols and in that of postings; all else refers to the symbols by number.
    private static byte[] Renamed(byte[] index, char digit)
    {
        var toc = index.AsSpan(^TocLength..);
        Rename(index.AsSpan((int)BinaryPrimitives.ReadUInt64BigEndian(toc)), (byte)digit, isTable: false);
        Rename(index.AsSpan((int)BinaryPrimitives.ReadUInt64BigEndian(toc[40..])), (byte)digit, isTable: true);
        return index;
    }

    // Length, number of entries, entries, checksum. An entry is one text; in the table of postings a number, two texts
    // and another number.
    private static void Rename(Span<byte> section, byte digit, bool isTable)
    {
        var content = section.Slice(4, BinaryPrimitives.ReadInt32BigEndian(section));
        var rest = content[4..];
        for (var left = BinaryPrimitives.ReadUInt32BigEndian(content); left > 0; left--)
        {
            var texts = isTable ? ReadNumber(ref rest) : 1;
            for (; texts > 0; texts--)
            {
                var length = ReadNumber(ref rest);
                Rename(rest[..length], digit);
                rest = rest[length..];
            }
            if (isTable)
                ReadNumber(ref rest);
        }
        BinaryPrimitives.WriteUInt32BigEndian(section[(4 + content.Length)..], Checksum(content));
    }

    private static void Rename(Span<byte> text, byte digit)
    {
        if (text.StartsWith("c10"u8) && (text.Length == 5 || (text.Length > 5 && text[5] == '-')))
            text[2] = digit;
        else if (text.StartsWith("10.10."u8))
            text[4] = digit;
    }

    private static int ReadNumber(ref Span<byte> rest)
    {
        var (number, shift, used) = (0UL, 0, 0);
        byte one;
        do
        {
            one = rest[used++];
            number |= (ulong)(one & 0x7f) << shift;
            shift += 7;
        }
        while (one >= 0x80);
        rest = rest[used..];
        return (int)Math.Min(number, int.MaxValue);
    }

    private static uint Checksum(ReadOnlySpan<byte> content)
    {
        var sum = uint.MaxValue;
        foreach (var one in content)
            sum = BitOperations.Crc32C(sum, one);
        return ~sum;
    }
}
