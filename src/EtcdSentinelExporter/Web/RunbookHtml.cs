using Markdig;
using Markdig.Syntax;
using Markdig.Syntax.Inlines;

namespace EtcdSentinelExporter.Web;

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
        return page.ToHtml(Pipeline);
    }
}
