using System.Diagnostics;

namespace EtcdSentinelExporter.Lab.Measurements;

/// <summary>The exporter as it is shipped: one native file.</summary>
internal static class Published
{
    /// <summary>Compiles it where its sources have changed.</summary>
    /// <returns>Path of the program.</returns>
    /// <exception cref="LabException">It cannot be compiled; scripts/publish printed why.</exception>
    public static async Task<string> ExporterAsync()
    {
        var start = new ProcessStartInfo(Path.Combine(Repo.Root, "scripts/publish"))
        {
            UseShellExecute = false,
            RedirectStandardOutput = true,
        };
        using var process = Process.Start(start) ?? throw new LabException("scripts/publish did not start");
        var output = await process.StandardOutput.ReadToEndAsync();
        await process.WaitForExitAsync();
        return process.ExitCode == 0
            ? Path.Combine(output.TrimEnd().Split('\n')[^1], "etcd-sentinel-exporter")
            : throw new LabException("the exporter cannot be compiled");
    }
}
