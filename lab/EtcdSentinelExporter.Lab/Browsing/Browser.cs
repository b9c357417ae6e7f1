using System.Net.Http.Json;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace EtcdSentinelExporter.Lab.Browsing;

/// <summary>Debian's Chromium without a window and with one tab, driven through its ChromeDriver.</summary>
/// <remarks>The protocol is W3C WebDriver: JSON over HTTP. The few calls that are needed here do without a client
/// library and its binaries.</remarks>
internal sealed class Browser : IAsyncDisposable
{
    private const string Chromium = "chromium";
    private const string Driver = "chromedriver";

    private readonly Service _driver;
    private readonly string _session;

    private Browser(Service driver, string session) => (_driver, _session) = (driver, session);

    /// <summary>Why no browser can run here; <see langword="null"/> if one can.</summary>
    public static string? Obstacle =>
        ((string[])[Chromium, Driver]).FirstOrDefault(program => Tools.TryFind(program) is null) is { } missing
            ? $"Needs {missing}: scripts/lab install --with-checks, as root."
            : null;

    /// <exception cref="LabException">It does not start; the message has its log.</exception>
    public static async Task<Browser> StartAsync()
    {
        var home = Directory.CreateTempSubdirectory("browser-").FullName;
        var driver = await Service.StartAsync(Path.Combine(home, "driver.log"), "status", listen =>
            ["env", $"HOME={home}", Tools.Find(Driver), $"--port={new Uri($"http://{listen}").Port}"]);
        try
        {
            var answer = await PostAsync(driver, "session", Capabilities(home));
            return new(driver, answer!["sessionId"]!.GetValue<string>());
        }
        catch
        {
            await driver.DisposeAsync();
            throw;
        }
    }

    /// <summary>Imitates a screen from now on.</summary>
    public async Task ImitateAsync(BrowserView view)
    {
        await DevToolsAsync("Emulation.setDeviceMetricsOverride", new
        {
            width = view.Width,
            height = BrowserView.Height,
            deviceScaleFactor = view.Scale,
            mobile = false,
        });
        await DevToolsAsync("Emulation.setEmulatedMedia", new
        {
            features = new[] { new { name = "prefers-color-scheme", value = view.IsDark ? "dark" : "light" } },
        });
    }

    /// <summary>Opens a page and waits until it is loaded.</summary>
    public Task OpenAsync(Uri page) => SendAsync("url", new { url = page.AbsoluteUri });

    /// <summary>Runs the body of a function in the page; a promise is awaited.</summary>
    public Task<JsonNode?> RunAsync(string script) => SendAsync("execute/sync", new { script, args = Array.Empty<int>() });

    /// <summary>Presses and releases a key.</summary>
    public Task PressAsync(char key) => SendAsync("actions", new
    {
        actions = new[]
        {
            new
            {
                type = "key",
                id = "keyboard",
                actions = new[] { new { type = "keyDown", value = key }, new { type = "keyUp", value = key } },
            },
        },
    });

    /// <summary>Picture of the top of the page, in PNG.</summary>
    public async Task<byte[]> CaptureAsync(int width, int height)
    {
        var clip = new { x = 0, y = 0, width, height, scale = 1 };
        var picture = await DevToolsAsync(
            "Page.captureScreenshot", new { format = "png", captureBeyondViewport = true, clip });
        return Convert.FromBase64String(picture!["data"]!.GetValue<string>());
    }

    /// <summary>Messages of the console since the last call: errors of scripts, refused resources, violations of the
    /// page's policy.</summary>
    public async Task<string[]> MessagesAsync() =>
        [.. (await LogAsync("browser")).Select(entry => entry["message"]!.GetValue<string>())];

    /// <summary>Addresses that were requested since the last call.</summary>
    public async Task<string[]> RequestsAsync() =>
    [
        .. from entry in await LogAsync("performance")
           let message = JsonNode.Parse(entry["message"]!.GetValue<string>())!["message"]!
           where message["method"]!.GetValue<string>() == "Network.requestWillBeSent"
           select message["params"]!["request"]!["url"]!.GetValue<string>(),
    ];

    public async ValueTask DisposeAsync()
    {
        // Otherwise Chromium would outlive its driver.
        using (await _driver.Http.DeleteAsync(Relative($"session/{_session}")))
            await _driver.DisposeAsync();
    }

    // It opens only pages of this machine, and its sandbox works neither for root nor in most containers.
    private static object Capabilities(string home) => new
    {
        capabilities = new
        {
            alwaysMatch = new Dictionary<string, object>(StringComparer.Ordinal)
            {
                ["browserName"] = "chrome",
                // An open dialog makes the next call fail.
                ["unhandledPromptBehavior"] = "ignore",
                ["goog:loggingPrefs"] = new { browser = "ALL", performance = "ALL" },
                ["goog:chromeOptions"] = new
                {
                    binary = Tools.Find(Chromium),
                    args = (string[])
                    [
                        "--headless=new", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--no-first-run",
                        "--hide-scrollbars", "--disable-background-networking", "--remote-debugging-pipe",
                        $"--user-data-dir={home}/profile",
                    ],
                },
            },
        },
    };

    private Task<JsonNode?> DevToolsAsync(string command, object parameters) =>
        SendAsync("goog/cdp/execute", new { cmd = command, @params = parameters });

    private async Task<IEnumerable<JsonNode>> LogAsync(string type) =>
        (await SendAsync("se/log", new { type }))!.AsArray().OfType<JsonNode>();

    private Task<JsonNode?> SendAsync(string command, object body) =>
        PostAsync(_driver, $"session/{_session}/{command}", body);

    private static async Task<JsonNode?> PostAsync(Service driver, string path, object body)
    {
        // In one piece: the driver refuses a body in chunks.
        using var json = new ByteArrayContent(JsonSerializer.SerializeToUtf8Bytes(body));
        using var answer = await driver.Http.PostAsync(Relative(path), json);
        var value = (await answer.Content.ReadFromJsonAsync<JsonObject>())!["value"];
        return answer.IsSuccessStatusCode
            ? value
            : throw new LabException($"{path}: {value?["error"]}: {value?["message"]}\n{LogFile.End(driver.Log)}");
    }

    private static Uri Relative(string path) => new(path, UriKind.Relative);
}
