using System.Collections.Immutable;
using System.Globalization;
using System.Text;

namespace EtcdSentinelExporter.Lab.Fuzzing;

/// <summary>Makes inputs from others. The same random numbers make the same inputs.</summary>
internal sealed class Mutator
{
    /// <summary>Maximum length of an input in bytes: that of most files that the exporter reads.</summary>
    public const int MaxLength = 1 << 20;

    private const int MaxSteps = 4;
    private const int MaxRepeats = 1 << 14;

    private static readonly ImmutableArray<byte[]> Tokens = SeedFiles.Texts(
        "0", "-1", "1e308", "-1e308", "NaN", "+Inf", "9223372036854775807", "9223372036854775808",
        "-9223372036854775808",
        "18446744073709551615", "4294967296", "2147483648", "65536", "0x10", "1e-320", "0.1", "253402300800", "null",
        "true", "[]", "{}", "\"\"", "''", "\\", "\"", "'", "\n", "\r\n", "\t", " ", "=", ":", ",", ";", "/", "-", "--",
        "#", "$", "$(A)", "${A}", "$$", "%", "%%", "%n", "*", "?", "&a ", "*a", "<<: *a", "- ", "? ", "|\n", ">-\n",
        "---\n",
        "...\n", "!!binary ", "%YAML 1.2\n", "@", "..", "://", "[::1]", "\0", "\u202e", "\u200b", "\ufeff", "\u2028",
        "\u0085", "\ud83d\udea8", "\U000e0041", "\u0130", "ß", "\\ud800", "\\u0000", "-----BEGIN CERTIFICATE-----",
        "-----END CERTIFICATE-----", "-----BEGIN ", "q=", "\x1b[2J", "nan", "Infinity");

    private static readonly ImmutableArray<byte[]> Openers = SeedFiles.Texts(
        "[", "{", "(", "{\"a\":", "[[", "- ", "a: {", "? ", "&a [", "${", "$(", "\"", "\\", "<", "((", "a:\n ", " ");

    private readonly Random _random;
    private readonly ImmutableArray<Func<byte[], byte[]>> _mutations;
    private IReadOnlyList<byte[]> _corpus = [];

    public Mutator(Random random)
    {
        _random = random;
        _mutations =
        [
            FlipBit, SetByte, Truncate, RemovePart, Splice, RepeatPart, ReplaceNumber, Nest, RemoveLine, RepeatLine,
            InsertToken, InsertToken, ReplacePart, SwapLines,
        ];
    }

    /// <summary>Returns a new input.</summary>
    /// <param name="corpus">Inputs to start from; not empty.</param>
    public byte[] Next(IReadOnlyList<byte[]> corpus)
    {
        _corpus = corpus;
        var input = Pick(corpus);
        for (var steps = 1 + _random.Next(MaxSteps); steps > 0; steps--)
            input = Pick(_mutations)(input);
        return input.Length <= MaxLength ? input : input[..MaxLength];
    }

    private T Pick<T>(IReadOnlyList<T> list) => list[_random.Next(list.Count)];

    private int At(byte[] input) => _random.Next(input.Length + 1);

    private Range Part(byte[] input)
    {
        var start = At(input);
        return start..Math.Min(input.Length, start + 1 + _random.Next(1 << _random.Next(10)));
    }

    private static byte[] Replace(byte[] input, Range part, ReadOnlySpan<byte> by) =>
        [.. input.AsSpan(0, part.Start.Value), .. by, .. input.AsSpan(part.End.Value)];

    private byte[] Insert(byte[] input, ReadOnlySpan<byte> what)
    {
        var at = At(input);
        return Replace(input, at..at, what);
    }

    private byte[] FlipBit(byte[] input) => Changed(input, old => (byte)(old ^ (1 << _random.Next(8))));

    private byte[] SetByte(byte[] input) => Changed(input, _ => (byte)_random.Next(256));

    private byte[] Changed(byte[] input, Func<byte, byte> change)
    {
        if (input.Length == 0)
            return input;
        byte[] changed = [.. input];
        var at = _random.Next(input.Length);
        changed[at] = change(changed[at]);
        return changed;
    }

    private byte[] Truncate(byte[] input) => input[..At(input)];

    private byte[] RemovePart(byte[] input) => Replace(input, Part(input), []);

    private byte[] ReplacePart(byte[] input) => Replace(input, Part(input), Pick(Tokens));

    private byte[] InsertToken(byte[] input) => Insert(input, Pick(Tokens));

    private byte[] Splice(byte[] input)
    {
        var other = Pick(_corpus);
        return [.. input.AsSpan(0, At(input)), .. other.AsSpan(At(other))];
    }

    private byte[] RepeatPart(byte[] input) => Insert(input, Repeated(input[Part(input)]));

    private byte[] Nest(byte[] input) => Insert(input, Repeated(Pick(Openers)));

    private byte[] Repeated(byte[] part)
    {
        var times = 1 + _random.Next(1 << _random.Next(1, 15));
        // Long inputs are slow, so they are rare.
        var max = _random.Next(50) == 0 ? MaxLength : 4096;
        times = Math.Min(Math.Min(times, MaxRepeats), max / Math.Max(1, part.Length));
        return [.. Enumerable.Repeat(part, times).SelectMany(bytes => bytes)];
    }

    private byte[] ReplaceNumber(byte[] input)
    {
        var from = At(input);
        var found = input.AsSpan(from).IndexOfAnyInRange((byte)'0', (byte)'9');
        if (found < 0)
            return input;
        var start = from + found;
        var length = input.AsSpan(start).IndexOfAnyExceptInRange((byte)'0', (byte)'9');
        return Replace(input, start..(length < 0 ? input.Length : start + length), Number());
    }

    private byte[] Number() => _random.Next(3) switch
    {
        0 => Encoding.ASCII.GetBytes(_random.NextInt64(long.MinValue,
            long.MaxValue).ToString(CultureInfo.InvariantCulture)),
        1 => Encoding.ASCII.GetBytes((1UL << _random.Next(64)).ToString(CultureInfo.InvariantCulture)),
        _ => Pick(Tokens),
    };

    private byte[] RemoveLine(byte[] input) => Replace(input, Line(input), []);

    private byte[] RepeatLine(byte[] input) => Insert(input, Repeated(input[Line(input)]));

    private byte[] SwapLines(byte[] input)
    {
        var line = Line(input);
        var text = input[line];
        var rest = Replace(input, line, []);
        var to = Line(rest).Start.Value;
        return Replace(rest, to..to, text);
    }

    private Range Line(byte[] input)
    {
        var at = At(input);
        var start = input.AsSpan(0, at).LastIndexOf((byte)'\n') + 1;
        var length = input.AsSpan(at).IndexOf((byte)'\n');
        return start..(length < 0 ? input.Length : at + length + 1);
    }
}
