using System.Reflection;
using System.Text.Json.Nodes;
using EtcdSentinelExporter.Lab.Browsing;

namespace EtcdSentinelExporter.IntegrationTests.Pages;

/// <summary>What is wrong with the page that a browser shows.</summary>
internal static class PageAudit
{
    // Deque's rules, as their package for .NET has them.
    private static readonly Lazy<string> Axe = new(() =>
    {
        using var script = Assembly.Load("Deque.AxeCore.Commons")
            .GetManifestResourceStream("Deque.AxeCore.Commons.Resources.axe.min.js")!;
        using var reader = new StreamReader(script);
        return reader.ReadToEnd();
    });

    /// <summary>Violations of the accessibility rules of axe-core, contrast included.</summary>
    public static async Task<string[]> ViolationsAsync(Browser browser)
    {
        await browser.RunAsync(Axe.Value);
        var violations = await browser.RunAsync(
            "return axe.run().then(result => result.violations.map("
            + "one => one.id + ': ' + one.nodes.map(node => node.html + ' ' + node.failureSummary).join('; ')))");
        return Texts(violations);
    }

    /// <summary>Elements that reach beyond the right edge, unless a box around them scrolls.</summary>
    public static async Task<string[]> OverflowsAsync(Browser browser) => Texts(await browser.RunAsync("""
        const width = document.documentElement.clientWidth;
        const wide = document.documentElement.scrollWidth > width ? ['the page scrolls sideways'] : [];
        return wide.concat([...document.querySelectorAll('body *')]
            .filter(one => !one.closest('.scroll, pre') || one.matches('.scroll, pre'))
            .filter(one => one.getBoundingClientRect().right > width + 0.5)
            .map(one => one.outerHTML.slice(0, 100)));
        """));

    /// <summary>Links and other things to operate that Tab does not reach, or that show no focus.</summary>
    public static async Task<string[]> UnreachableAsync(Browser browser)
    {
        const string All = "[...document.querySelectorAll('a[href], summary, [tabindex]')]";
        const char Tab = '\uE004';
        var count = (await browser.RunAsync($"return {All}.length"))!.GetValue<int>();
        for (var press = 0; press < count; press++)
        {
            await browser.PressAsync(Tab);
            await browser.RunAsync("""
                const style = getComputedStyle(document.activeElement);
                if (style.outlineStyle !== 'none' && parseFloat(style.outlineWidth) >= 1)
                    document.activeElement.wasSeen = true;
                """);
        }
        return Texts(await browser.RunAsync(
            $"return {All}.filter(one => !one.wasSeen).map(one => one.outerHTML.slice(0, 100))"));
    }

    public static string[] Texts(JsonNode? list) =>
        [.. list!.AsArray().Select(text => text!.GetValue<string>())];
}
