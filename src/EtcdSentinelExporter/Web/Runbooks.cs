using System.Collections.Immutable;

namespace EtcdSentinelExporter.Web;

/// <summary>The pages of <c>docs/runbooks</c>, embedded in the program, so that they need no internet
/// access.</summary>
internal static class Runbooks
{
    private const string Prefix = "runbooks/";
    private const string Suffix = ".md";

    /// <summary>Names without folder and extension, in ordinal order: alerts first, then shared pages.</summary>
    public static ImmutableArray<string> Names { get; } =
    [
        .. typeof(Runbooks).Assembly.GetManifestResourceNames()
            .Where(name => name.StartsWith(Prefix, StringComparison.Ordinal))
            .Select(name => name[Prefix.Length..^Suffix.Length])
            .Order(StringComparer.Ordinal),
    ];

    /// <summary>Reads one page.</summary>
    /// <param name="name">One of <see cref="Names"/>.</param>
    /// <returns>Markdown, without the markers of commands that the lab runs.</returns>
    public static string Read(string name) => string.Join('\n', Written(name).Split('\n')
        .Select(line => line.StartsWith("```sh lab", StringComparison.Ordinal) ? "```sh" : line));

    private static string Written(string name)
    {
        using var page = typeof(Runbooks).Assembly.GetManifestResourceStream(Prefix + name + Suffix)
            ?? throw new ArgumentException($"Runbook {name} does not exist.", nameof(name));
        using var reader = new StreamReader(page);
        return reader.ReadToEnd();
    }
}
