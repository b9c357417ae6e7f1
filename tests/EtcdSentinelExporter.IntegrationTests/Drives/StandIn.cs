using System.Diagnostics;
using System.Globalization;

namespace EtcdSentinelExporter.IntegrationTests.Drives;

/// <summary>A shell script in a temporary folder that is called smartctl.</summary>
internal sealed class StandIn : IDisposable
{
    private static readonly string Recording =
        System.IO.Path.Combine(Repo.Root, "tests/EtcdSentinelExporter.Tests/Fixtures/smartctl/7.5-sda-iHA.json");

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("standin");

    /// <param name="script">$RECORDING is a whole report, $PIDS a file for the ids of processes.</param>
    public StandIn(string script)
    {
        Path = System.IO.Path.Combine(_folder.FullName, "smartctl");
        Write(script);
    }

    public string Path { get; }

    public string Folder => _folder.FullName;

    private string PidsFile => System.IO.Path.Combine(Folder, "pids");

    public void Write(string script)
    {
        File.WriteAllText(
            Path, $"#!/bin/sh\nRECORDING='{Recording}'\nPIDS='{PidsFile}'\necho $$ >>\"$PIDS\"\n{script}\n");
        if (OperatingSystem.IsLinux())
            File.SetUnixFileMode(Path, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
    }

    /// <summary>How many runs there were.</summary>
    public int Runs => File.Exists(PidsFile) ? File.ReadAllLines(PidsFile).Length : 0;

    /// <summary>Whether any process that wrote its id down still runs.</summary>
    public bool AnyRuns() => File.Exists(PidsFile) && File.ReadAllLines(PidsFile).Any(IsAlive);

    /// <summary>True if a process that wrote its id down waits inside the kernel, where no signal reaches it.</summary>
    public bool IsInKernel() => File.Exists(PidsFile) && File.ReadAllLines(PidsFile).Any(id => StateOf(id) is 'D');

    public void Dispose()
    {
        if (File.Exists(PidsFile))
        {
            foreach (var id in File.ReadAllLines(PidsFile).Where(IsAlive))
                Process.GetProcessById(int.Parse(id, CultureInfo.InvariantCulture)).Kill();
        }
        _folder.Delete(recursive: true);
    }

    // A zombie is dead, and only waits for its parent to take notice.
    private static bool IsAlive(string id) => StateOf(id) is not (null or 'Z');

    private static char? StateOf(string id)
    {
        try
        {
            var stat = File.ReadAllText($"/proc/{id}/stat");
            return stat[stat.LastIndexOf(')')..] is [_, _, var state, ..] ? state : null;
        }
        catch (IOException)
        {
            return null;
        }
    }
}
