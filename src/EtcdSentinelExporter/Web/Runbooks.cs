using Markdig;
using Markdig.Syntax;
using Markdig.Syntax.Inlines;

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

/// <summary>Converts a runbook into HTML. HTML inside it is escaped.</summary>
internal static class RunbookHtml
{
    private const string Suffix = ".md";

    private static readonly MarkdownPipeline Pipeline = new MarkdownPipelineBuilder().DisableHtml().UsePipeTables()
        .Build();

    public static string Of(string markdown)
    {
        var page = Markdown.Parse(markdown, Pipeline);
        // Links between runbooks: the served paths have no .md extension.
        foreach (var link in page.Descendants<LinkInline>())
        {
            if (link.Url is { } url && url.EndsWith(Suffix, StringComparison.Ordinal)
                && !url.Contains("://", StringComparison.Ordinal))
            {
                link.Url = url[..^Suffix.Length];
            }
        }
        // A long command scrolls by itself, also with the keyboard.
        return page.ToHtml(Pipeline).Replace("<pre>", "<pre tabindex=\"0\">", StringComparison.Ordinal);
    }
}
