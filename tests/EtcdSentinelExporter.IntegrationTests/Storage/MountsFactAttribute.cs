using Xunit;

namespace EtcdSentinelExporter.IntegrationTests.Storage;

/// <summary>A test that mounts file systems: as root, where loop devices and the programs that it names are.</summary>
[AttributeUsage(AttributeTargets.Method)]
internal sealed class MountsFactAttribute : FactAttribute
{
    private static readonly string[] Folders = ["/usr/sbin", "/sbin", "/usr/bin", "/bin"];

    public MountsFactAttribute(string kernel, params string[] programs)
    {
        Kernel = kernel;
        Programs = programs;
        var missing = programs.Where(program => !Folders.Any(folder => File.Exists(Path.Combine(folder, program))))
            .ToArray();
        if (!Environment.IsPrivilegedProcess)
        {
            Skip = "Needs root, to mount file systems.";
        }
        else if (!File.Exists("/dev/loop-control"))
        {
            Skip = "This kernel has no loop devices.";
        }
        else if (kernel.Length > 0
            && !File.ReadLines("/proc/devices").Any(line => line.EndsWith(" " + kernel, StringComparison.Ordinal)))
        {
            Skip = $"This kernel has no {kernel}: the layout is tested with a recorded /sys alone.";
        }
        else if (missing.Length > 0)
        {
            Skip = $"Needs {string.Join(", ", missing)}: scripts/lab/install --with-checks.";
        }
    }

    /// <summary>A line that <c>/proc/devices</c> must have: <c>device-mapper</c>, <c>md</c>; empty for none.</summary>
    public string Kernel { get; }

    /// <summary>What the test runs.</summary>
    public IReadOnlyList<string> Programs { get; }
}
