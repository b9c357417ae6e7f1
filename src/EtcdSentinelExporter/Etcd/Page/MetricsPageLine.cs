using System.Buffers;
using System.Globalization;
using System.Text;

namespace EtcdSentinelExporter.Etcd.Page;

/// <summary>Parses one sample line: <c>name{label="value",…} value timestamp</c>. Labels and timestamp are
/// optional.</summary>
internal ref struct MetricsPageLine
{
    private static readonly SearchValues<char> NameCharacters =
        SearchValues.Create("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_:");

    private const NumberStyles NumberForm =
        NumberStyles.AllowLeadingSign | NumberStyles.AllowDecimalPoint | NumberStyles.AllowExponent;

    private ReadOnlySpan<char> _rest;

    private MetricsPageLine(ReadOnlySpan<char> line) => _rest = line;

    /// <summary>Returns the sample; <see langword="null"/> if the line is invalid.</summary>
    public static MetricsSample? Parse(ReadOnlySpan<char> line) => new MetricsPageLine(line).Sample();

    private MetricsSample? Sample() =>
        Name() is { } name && Labels() is { } labels && Value() is { } value && IsTimestampOrNothing()
            ? new(name, labels, value)
            : null;

    private string? Name()
    {
        var end = _rest.IndexOfAnyExcept(NameCharacters);
        var length = end < 0 ? _rest.Length : end;
        return length == 0 ? null : Take(length).ToString();
    }

    private ImmutableSortedDictionary<string, string>? Labels()
    {
        var labels = ImmutableSortedDictionary.CreateBuilder<string, string>(StringComparer.Ordinal);
        if (!Skip('{'))
            return labels.ToImmutable();
        while (!Skip('}'))
        {
            if (Name() is not { } name || !Skip('=') || Quoted() is not { } value || !labels.TryAdd(name, value))
                return null;
            // A comma after the last label is allowed.
            SkipBlanks();
            if (!Skip(',') && !_rest.StartsWith('}'))
                return null;
        }
        return labels.ToImmutable();
    }

    private string? Quoted()
    {
        if (!Skip('"'))
            return null;
        var text = new StringBuilder();
        while (_rest.IndexOfAny('\\', '"') is >= 0 and var end)
        {
            text.Append(Take(end));
            if (Take(1) is ['"'])
                return text.ToString();
            if (Unescaped() is not { } character)
                return null;
            text.Append(character);
        }
        return null;
    }

    private char? Unescaped() => _rest is [] ? null : Take(1)[0] switch
    {
        'n' => '\n',
        '\\' => '\\',
        '"' => '"',
        _ => null,
    };

    private double? Value() => Word() switch
    {
        "+Inf" or "Inf" => double.PositiveInfinity,
        "-Inf" => double.NegativeInfinity,
        "NaN" => double.NaN,
        [>= '0' and <= '9' or '+' or '-' or '.', ..] and var text
            when double.TryParse(text, NumberForm, CultureInfo.InvariantCulture, out var value) => value,
        _ => null,
    };

    private bool IsTimestampOrNothing() =>
        Word() is var word
        && (word is [] || long.TryParse(word, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out _))
        && Word() is [];

    private ReadOnlySpan<char> Word()
    {
        SkipBlanks();
        var end = _rest.IndexOfAny(' ', '\t');
        return Take(end < 0 ? _rest.Length : end);
    }

    /// <summary>Skips one character and the blanks around it. False if another character comes first.</summary>
    private bool Skip(char character)
    {
        var after = _rest.TrimStart(" \t");
        if (!after.StartsWith(character))
            return false;
        _rest = after[1..];
        if (character is not '"')
            SkipBlanks();
        return true;
    }

    private void SkipBlanks() => _rest = _rest.TrimStart(" \t");

    private ReadOnlySpan<char> Take(int length)
    {
        var taken = _rest[..length];
        _rest = _rest[length..];
        return taken;
    }
}
