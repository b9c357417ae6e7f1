using System.Collections.Frozen;

namespace EtcdSentinelExporter.Etcd.Page;

/// <summary>Selects the families of etcd's own metrics page that are passed through.</summary>
internal sealed class PassthroughFamilies
{
    /// <summary>Keyword for all families that rules and dashboards use.</summary>
    public const string Default = "default";

    /// <summary>Keyword for the whole page.</summary>
    public const string All = "all";

    // Longer than any name in etcd. Longer names are skipped, which also bounds the stack buffer.
    private const int MaxNameLength = 200;

    private readonly FrozenSet<string> _names;
    private readonly FrozenSet<string>.AlternateLookup<ReadOnlySpan<char>> _lookup;

    private PassthroughFamilies(FrozenSet<string> names, bool everything)
    {
        (_names, Everything) = (names, everything);
        _lookup = _names.GetAlternateLookup<ReadOnlySpan<char>>();
    }

    /// <summary>True if every family is passed through.</summary>
    public bool Everything { get; }

    /// <summary>Creates the selection from names and the keywords <see cref="Default"/> and
    /// <see cref="All"/>.</summary>
    public static PassthroughFamilies Of(IEnumerable<string> listed)
    {
        var words = listed.ToHashSet(StringComparer.Ordinal);
        return new(
            words.Except([Default, All], StringComparer.Ordinal)
                .Concat(words.Contains(Default) ? PassthroughNames.Used : [])
                .ToFrozenSet(StringComparer.Ordinal),
            everything: words.Contains(All));
    }

    /// <exception cref="FormatException">The text is neither a keyword nor a valid family name.</exception>
    public static string Parse(string text) =>
        text is [(>= 'a' and <= 'z') or (>= 'A' and <= 'Z') or '_' or ':', ..] && text.Length <= MaxNameLength
            && text.All(c => char.IsAsciiLetterOrDigit(c) || c is '_' or ':')
            ? text
            : throw new FormatException(
                "write default, all, or the name of a family such as etcd_mvcc_put_total "
                + "(a histogram without _bucket).");

    /// <summary>True if a family or a sample is passed through. A histogram includes its <c>_bucket</c>, <c>_sum</c>
    /// and <c>_count</c>.</summary>
    /// <param name="name">As printed on the page.</param>
    public bool Includes(ReadOnlySpan<byte> name)
    {
        if (Everything)
            return true;
        if (name.Length is 0 or > MaxNameLength)
            return false;
        Span<char> text = stackalloc char[name.Length];
        for (var i = 0; i < name.Length; i++)
            text[i] = (char)name[i];
        return _lookup.Contains(text) || _lookup.Contains(text[..FamilyLength(text)]);
    }

    private static int FamilyLength(ReadOnlySpan<char> name) => name switch
    {
        [.. var family, '_', 'b', 'u', 'c', 'k', 'e', 't'] => family.Length,
        [.. var family, '_', 's', 'u', 'm'] => family.Length,
        [.. var family, '_', 'c', 'o', 'u', 'n', 't'] => family.Length,
        _ => name.Length,
    };
}
