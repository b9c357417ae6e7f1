using System.Globalization;
using EtcdSentinelExporter.Host.Yaml;
using EtcdSentinelExporter.Text;
using YamlDotNet.RepresentationModel;

namespace EtcdSentinelExporter.Etcd.Versions;

/// <summary>What is known of versions of etcd on one day.</summary>
/// <param name="Date">The day, as <c>2026-11-30</c>.</param>
/// <param name="Newest">The newest version of each minor on that day.</param>
/// <param name="Ended">Minors without further repairs, such as <c>3.4</c>.</param>
internal sealed record AdvisoryTable(
    string Date, ImmutableArray<EtcdVersion> Newest, ImmutableArray<string> Ended, ImmutableArray<Advisory> Advisories)
{
    private const string Resource = "advisories.yaml";
    private const int MaxAdvisories = 1000;
    private const int MaxTextLength = 300;

    /// <summary>The table that the program brings along.</summary>
    public static AdvisoryTable Shipped { get; } = Parse(ReadResource());

    /// <summary>True if nothing is known of a version: it is newer than the table, or of another minor.</summary>
    public bool IsUnknown(EtcdVersion version) =>
        !Newest.Any(newest => version.HasSameMinor(newest) && !newest.IsBefore(version));

    /// <summary>The newest version of a minor; <see langword="null"/> if the table has none.</summary>
    public EtcdVersion? NewestOf(EtcdVersion version) =>
        Newest.Where(version.HasSameMinor).Cast<EtcdVersion?>().FirstOrDefault();

    public bool HasEnded(EtcdVersion version) =>
        Ended.Contains(version.MinorText, StringComparer.Ordinal);

    /// <summary>Advisories that a version has, but for those about upgrades.</summary>
    public IEnumerable<Advisory> Of(EtcdVersion version) =>
        Advisories.Where(advisory => advisory.Level != Advisory.Upgrade && advisory.IsIn(version));

    /// <exception cref="FormatException">Not a table; the message says what is wrong.</exception>
    public static AdvisoryTable Parse(string text)
    {
        var root = YamlText.Parse(text) as YamlMappingNode ?? throw new FormatException("is not a mapping");
        var advisories = root.At("advisories").Items().Take(MaxAdvisories + 1).Select(Read).ToImmutableArray();
        return advisories.Length > MaxAdvisories
            ? throw new FormatException($"has more than {MaxAdvisories} advisories")
            : new(
                DateOf(root.At("date").Text() ?? ""),
                Versions(root, "newest") is { IsEmpty: false } newest
                    ? newest
                    : throw new FormatException("has no newest: the newest version of each minor"),
                [.. root.At("ended").Items().Select(item => item.Text()).OfType<string>()], advisories);
    }

    private static Advisory Read(YamlNode node)
    {
        var advisory = new Advisory(
            Required(node, "id"), Required(node, "level"), Required(node, "why"), Required(node, "source"))
        {
            Fixed = Versions(node, "fixed"),
            From = Versions(node, "from"),
            To = node.At("to").Text(),
            If = node.At("if").Text(),
            When = node.At("when").Text(),
            Date = DateOf(Required(node, "date")),
        };
        return !Advisory.Levels.Contains(advisory.Level, StringComparer.Ordinal)
                ? throw new FormatException($"{advisory.Id}: level is none of {string.Join(", ", Advisory.Levels)}")
            : advisory.When is not (null or Advisory.Defragmentation)
                ? throw new FormatException($"{advisory.Id}: when is not {Advisory.Defragmentation}")
            : advisory.Level is Advisory.Upgrade ? RequireTo(advisory)
            : advisory.Fixed.IsEmpty ? throw new FormatException($"{advisory.Id} has no fixed versions")
            : advisory;
    }

    private static Advisory RequireTo(Advisory advisory) =>
        advisory.To is { } to && EtcdVersion.Parse(to + ".0") is not null
            ? advisory
            : throw new FormatException($"{advisory.Id}: to is not a minor version such as 3.6");

    private static string Required(YamlNode node, string key) => node.At(key).Text() is { Length: > 0 } text
        ? DisplayText.Of(text, MaxTextLength)
        : throw new FormatException($"an advisory has no {key}");

    private static ImmutableArray<EtcdVersion> Versions(YamlNode node, string key) =>
    [
        .. node.At(key).Items().Select(item => EtcdVersion.Parse(item.Text() ?? "")
            ?? throw new FormatException($"{key} has {Quoted.Text(item.Text() ?? "")}; write versions such as 3.5.17")),
    ];

    private static string DateOf(string text) => DateOnly.TryParseExact(
        text, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out _)
        ? text
        : throw new FormatException($"the date {Quoted.Text(text)} is not of the form 2026-11-30");

    private static string ReadResource()
    {
        using var stream = typeof(AdvisoryTable).Assembly.GetManifestResourceStream(Resource)!;
        using var reader = new StreamReader(stream);
        return reader.ReadToEnd();
    }
}
