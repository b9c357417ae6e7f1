using System.CommandLine;
using System.Text.Json.Nodes;
using EtcdSentinelExporter.Lab.Installing;

namespace EtcdSentinelExporter.Lab.Browsing;

/// <summary>The verb <c>screenshots</c>: pictures of the status page, and what <c>check</c> prints meanwhile.</summary>
internal static class ScreenshotsCommand
{
    private static readonly (BrowserView View, int Height, string Suffix)[] s_pictures =
    [
        (new(Width: 1000), 860, ""), (new(Width: 360, IsDark: true, Scale: 1.5), 800, "-phone"),
    ];

    public static Command Create()
    {
        var to = new Option<string>("--to")
        {
            Description = "Folder of the pictures and texts.",
            HelpName = "FOLDER",
            DefaultValueFactory = _ => Path.Combine(Repo.Root, "docs/status-page"),
        };
        var only = new Option<string[]>("--only")
        {
            Description = "Scenes, without the others.",
            AllowMultipleArgumentsPerToken = true,
            DefaultValueFactory = _ => [.. Scene.All.Select(scene => scene.Name)],
        };
        only.AcceptOnlyFromAmong([.. Scene.All.Select(scene => scene.Name)]);
        var command = new Command("screenshots", """
            Makes a healthy cluster and one for each incident of the demo that is over in minutes, and takes pictures of
            the status page of its first node: light on a desktop, dark on a phone. Beside them it writes what check
            prints on a terminal of 80 columns. Needs root, Chromium and strace.
            """) { to, only };
        command.SetAction(async parsed =>
        {
            Installer.InstallForDemo();
            Installer.InstallBrowser();
            Installer.InstallStrace();
            var folder = Directory.CreateDirectory(Path.GetFullPath(parsed.GetValue(to)!)).FullName;
            var scenes = Scene.All.Where(scene => parsed.GetValue(only)!.Contains(scene.Name, StringComparer.Ordinal));
            return await LabSession.RunAsync(
                await LabPlace.ChooseAsync(), keeps: false, () => RunAsync(folder, scenes));
        });
        return command;
    }

    private static async Task<int> RunAsync(string folder, IEnumerable<Scene> scenes)
    {
        await using var browser = await Browser.StartAsync();
        foreach (var scene in scenes)
        {
            Console.WriteLine($"{scene.Name}: waiting until the page says: {scene.Verdict}");
            var lab = await scene.StartAsync();
            await WaitAsync(lab, scene);
            await TakeAsync(browser, lab, Path.Combine(folder, scene.Name));
            // A busy machine makes findings of its own.
            await Wait.UntilAsync(
                () => CheckAsync(lab, scene, Path.Combine(folder, $"{scene.Name}.txt")), $"check says: {scene.Verdict}");
            await lab.StopAsync();
        }
        return 0;
    }

    private static async Task WaitAsync(DemoLab lab, Scene scene)
    {
        using var http = new HttpClient(new SocketsHttpHandler { UseProxy = false }) { Timeout = Patience.Limit };
        await Wait.UntilAsync(
            async () =>
            {
                await lab.Workload.WriteLeasesAsync();
                await lab.Workload.CompactLikeApiserverAsync();
                var text = await http.GetStringAsync(new Uri(lab.Exporters[0].Address, "status.json"));
                return JsonNode.Parse(text)!["verdict"]!.GetValue<string>().Contains(scene.Verdict, StringComparison.Ordinal)
                    && !text.Contains("\"waiting\"", StringComparison.Ordinal);
            },
            $"the page says: {scene.Verdict}");
    }

    // What check prints on a terminal of 80 columns.
    private static async Task<bool> CheckAsync(DemoLab lab, Scene scene, string file)
    {
        var node = lab.Cluster.Members[0];
        var check = CleanProcess.TryRunAsync("script",
        [
            "-qec", $"stty cols 80; export TERM=dumb RUNTIME_DIRECTORY={node.Node.Root}; "
                + $"exec unshare --uts sh -c 'hostname {node.Name}; exec {Sentinel.Program} check "
                + $"--path.rootfs={node.Node.Root} --drives.smartctl-path={lab.Drives[0].Smartctl}'",
            "/dev/null",
        ]);
        while (!check.IsCompleted)
        {
            await lab.Workload.WriteLeasesAsync();
            await lab.Workload.CompactLikeApiserverAsync();
        }
        string[] lines = [.. (await check).Output.Split('\n').Select(line => line.TrimEnd())];
        await File.WriteAllTextAsync(file, string.Join('\n', lines));
        return string.Join(' ', lines).Contains(scene.Verdict, StringComparison.Ordinal);
    }

    private static async Task TakeAsync(Browser browser, DemoLab lab, string name)
    {
        foreach (var (view, height, suffix) in s_pictures)
        {
            await browser.ImitateAsync(view);
            await browser.OpenAsync(lab.Exporters[0].Address);
            await File.WriteAllBytesAsync($"{name}{suffix}.png", await browser.CaptureAsync(view.Width, height));
        }
    }
}
