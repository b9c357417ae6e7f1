using System.Collections.Immutable;

namespace EtcdSentinelExporter.Web;

/// <summary>The pages of <c>docs/runbooks</c>, carried inside the program: there when the internet is not.</summary>
internal static class Runbooks
{
    private const string Prefix = "runbooks/";
    private const string Suffix = ".md";

    /// <summary>Without folder and ending, in ordinal order: alerts first, then what several of them share.</summary>
    public static ImmutableArray<string> Names { get; } =
    [
        .. typeof(Runbooks).Assembly.GetManifestResourceNames()
            .Where(name => name.StartsWith(Prefix, StringComparison.Ordinal))
            .Select(name => name[Prefix.Length..^Suffix.Length])
            .Order(StringComparer.Ordinal),
    ];

    /// <returns>Markdown, without the marks that say which commands the lab runs.</returns>
    /// <param name="name">One of <see cref="Names"/>.</param>
    public static string Read(string name) => string.Join('\n', Written(name).Split('\n')
        .Select(line => line.StartsWith("```sh lab", StringComparison.Ordinal) ? "```sh" : line));

    private static string Written(string name)
    {
        using var page = typeof(Runbooks).Assembly.GetManifestResourceStream(Prefix + name + Suffix)
            ?? throw new ArgumentException($"there is no runbook {name}", nameof(name));
        using var reader = new StreamReader(page);
        return reader.ReadToEnd();
    }
}
