using System.CommandLine;

namespace EtcdSentinelExporter.Lab.Dashboards;

/// <summary>The verb <c>dashboards</c>: brings the files into their one form, and tries them in a Prometheus.</summary>
internal static class DashboardsCommand
{
    private const int Minutes = 10;

    public static Command Create()
    {
        var prometheus = new Option<string?>("--prometheus")
        {
            Description = "Run every query in this Prometheus, such as the one that the demo prints.",
            HelpName = "URL",
        };
        var to = new Option<string?>("--to") { Description = "Draw what they return, as HTML.", HelpName = "FOLDER" };
        Command command = new("dashboards", """
            Brings each file of dashboards/ into its one form: without what an export of Grafana adds, and indented by
            two spaces. With --prometheus it runs every query: 0 if each returns something with the labels that are
            shown.
            """) { prometheus, to };
        command.Validators.Add(result =>
        {
            if (result.GetValue(to) is not null && result.GetValue(prometheus) is null)
                result.AddError("--to needs --prometheus");
            if (result.GetValue(prometheus) is { } text && !IsAddress(text))
                result.AddError("--prometheus needs a URL that begins with http:// or https://");
        });
        command.SetAction(async parsed =>
        {
            Rewrite();
            return parsed.GetValue(prometheus) is { } url
                ? await TryAsync(new($"{url.TrimEnd('/')}/"), TimeSpan.FromMinutes(Minutes), parsed.GetValue(to))
                : 0;
        });
        return command;
    }

    /// <summary>Runs every query, and draws what they return.</summary>
    /// <param name="past">Time that is drawn.</param>
    /// <param name="folder">Folder of the pages; <see langword="null"/> for none.</param>
    /// <returns>The exit code.</returns>
    public static async Task<int> TryAsync(Uri prometheus, TimeSpan past, string? folder)
    {
        using var api = new QueryApi(prometheus);
        var now = TimeProvider.System.GetUtcNow().ToUnixTimeMilliseconds() / 1000.0;
        var time = new DashboardTime(now - past.TotalSeconds, now, Math.Max((int)past.TotalSeconds / 150, 3));
        var complaints = await new DashboardCheck().ComplainAsync(api, time);
        Console.WriteLine(complaints.IsEmpty
            ? $"{Dashboard.All.Sum(one => one.Queries.Length)} queries ran; each returned what is shown"
            : string.Join('\n', complaints));
        foreach (var dashboard in folder is null ? [] : Dashboard.All)
        {
            var file = Path.Combine(Directory.CreateDirectory(folder!).FullName, $"{dashboard.Name}.html");
            await File.WriteAllTextAsync(file, await new DashboardDrawing(api, time).DrawAsync(dashboard));
            Console.WriteLine(file);
        }
        return complaints.IsEmpty ? 0 : 1;
    }

    private static bool IsAddress(string text) =>
        Uri.TryCreate(text, UriKind.Absolute, out var url) && url.Scheme is "http" or "https";

    private static void Rewrite()
    {
        foreach (var file in Dashboard.Files)
        {
            var before = File.ReadAllText(file);
            if (CanonicalDashboard.Of(before) is var after && after != before)
            {
                File.WriteAllText(file, after);
                Console.WriteLine($"{Path.GetRelativePath(Repo.Root, file)}: written");
            }
        }
    }
}
