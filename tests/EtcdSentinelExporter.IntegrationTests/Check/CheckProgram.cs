using System.Text.Json;

namespace EtcdSentinelExporter.IntegrationTests.Check;

/// <summary>Runs <c>check</c> of the real program, as a user starts it.</summary>
internal static class CheckProgram
{
    /// <summary>Port 1: no exporter of this machine is asked.</summary>
    public const string NoExporter = "--web.listen-address=127.0.0.1:1";

    /// <summary>Runs it on the first node of a cluster.</summary>
    public static Task<(int Code, JsonElement Report)> RunAsync(EtcdCluster cluster, params string[] options)
    {
        var root = cluster.Members[0].Node.Root;
        return RunAsync(root, [$"--path.rootfs={root}", .. options]);
    }

    /// <param name="notes">Folder of its notes.</param>
    public static async Task<(int Code, JsonElement Report)> RunAsync(string notes, string[] options)
    {
        var (code, output) = await CleanProcess.TryRunAsync(
            "env", [$"RUNTIME_DIRECTORY={notes}", Sentinel.Program, "check", "--output=json", NoExporter, .. options]);
        try
        {
            using var json = JsonDocument.Parse(output);
            return (code, json.RootElement.Clone());
        }
        catch (JsonException e)
        {
            throw new InvalidOperationException($"check ended with {code}:\n{output}", e);
        }
    }

    public static string[] Codes(JsonElement report) =>
        [.. report.GetProperty("findings").EnumerateArray().Select(item => item.GetProperty("code").GetString()!)];

    public static string?[] Column(JsonElement report, string table, string column) =>
    [
        .. report.GetProperty("tables").GetProperty(table).EnumerateArray()
            .Select(row => row.GetProperty(column).GetString()),
    ];
}

/// <summary>A temporary folder.</summary>
internal sealed class CheckFolder : IDisposable
{
    public string Path { get; } = Directory.CreateTempSubdirectory("check").FullName;

    public void Dispose() => Directory.Delete(Path, recursive: true);
}
