using System.Collections.Immutable;
using System.Text;

namespace EtcdSentinelExporter.IntegrationTests.Faults;

/// <summary>Writes the table of faults as a page for operators.</summary>
internal static class ReliabilityPage
{
    private const string Introduction = """
        # Reliability

        Written by a test; `UPDATE_GOLDEN=1 dotnet test` rewrites it. What the exporter shows while something is broken. Each fault is made in
        a test, with real etcd members; the last line of each section names the test. Three things hold for all of them:

        - A scrape is answered at once. No scrape waits for etcd, a disk or a drive.
        - A value that cannot be read is absent. It is neither 0 nor the last known one.
        - Collectors that a section does not mention poll on as before.

        [Hours among faults](#hours-among-faults) says what becomes of memory, processes and the time of a scrape.

        | fault | alert |
        | --- | --- |

        """;

    // Written by scripts/soak, with a heading.
    private static readonly string Soak = File.ReadAllText(Path.Combine(Repo.Data, "soak.md"));

    public static string Write(ImmutableArray<Fault> faults)
    {
        StringBuilder page = new(Introduction);
        foreach (var fault in faults)
            page.Append($"| [{fault.Name}](#{Anchor(fault.Name)}) | {Alerts(fault)} |\n");
        foreach (var fault in faults)
            Write(page, fault);
        return page.Append('\n').Append(Soak).ToString();
    }

    private static void Write(StringBuilder page, Fault fault)
    {
        page.Append($"\n## {fault.Name}\n\n");
        if (fault.Remark.Length > 0)
            page.Append($"{fault.Remark}\n\n");
        if (!fault.Signs.IsEmpty)
            page.Append("| collector | what you see |\n| --- | --- |\n");
        foreach (var signs in fault.Signs.GroupBy(sign => sign.Collector))
            page.Append($"| {signs.Key} | {string.Join("<br>", signs.Select(sign => sign.Text))} |\n");
        page.Append($"{(fault.Signs.IsEmpty ? "" : "\n")}- Alert: {Alerts(fault)}\n");
        if (fault.Test is null)
            page.Append($"- Unaffected: {string.Join(", ", fault.Unaffected)}\n");
        page.Append($"- Made by: {fault.How}\n- Test: `{fault.Test ?? $"{nameof(FaultsTests)}.{nameof(FaultsTests.A_fault_shows_its_signs_and_hides_nothing_else)}"}`\n");
    }

    private static string Alerts(Fault fault) => fault.Alerts.IsEmpty
        ? "none"
        : string.Join(", ", fault.Alerts.Select(alert => $"[{alert}](runbooks/{alert}.md)"));

    // As GitHub makes anchors of headings.
    private static string Anchor(string heading) => string.Concat(heading.ToLowerInvariant()
        .Where(c => char.IsAsciiLetterOrDigit(c) || c is ' ' or '-' or '_').Select(c => c == ' ' ? '-' : c));
}
