using EtcdSentinelExporter.IntegrationTests.Support;
using Xunit;

namespace EtcdSentinelExporter.IntegrationTests.Storage;

/// <summary>A test with private mounts and the programs that it names. <c>mkfs.TYPE</c> stands for that file system on a
/// loop device too.</summary>
[AttributeUsage(AttributeTargets.Method)]
internal sealed class MountsFactAttribute : FactAttribute
{
    private const string Overlay = "overlay";
    private const string MakeFileSystem = "mkfs.";

    private static readonly string[] Folders = ["/usr/sbin", "/sbin", "/usr/bin", "/bin"];

    public MountsFactAttribute(string kernel, params string[] programs)
    {
        Kernel = kernel;
        Programs = programs;
        var missing = programs.Where(program => !Folders.Any(folder => File.Exists(Path.Combine(folder, program))))
            .ToArray();
        if (Machine.PrivateMounts is { } reason)
        {
            Skip = reason;
        }
        else if (kernel is Overlay)
        {
            Skip = Machine.Overlay;
        }
        else if (kernel.Length > 0
            && !File.ReadLines("/proc/devices").Any(line => line.EndsWith(" " + kernel, StringComparison.Ordinal)))
        {
            Skip = $"This kernel has no {kernel}: the layout is tested with a recorded /sys alone.";
        }

        Skip ??= missing.Length > 0
            ? $"Needs {string.Join(", ", missing)}: scripts/lab/install --with-checks."
            : programs.Where(program => program.StartsWith(MakeFileSystem, StringComparison.Ordinal))
                .Select(program => Machine.FileSystem(program[MakeFileSystem.Length..]))
                .FirstOrDefault(failure => failure is not null);
    }

    /// <summary>What the kernel must have: <c>overlay</c>, or a line of <c>/proc/devices</c> (<c>device-mapper</c>,
    /// <c>md</c>); empty for none.</summary>
    public string Kernel { get; }

    /// <summary>What the test runs.</summary>
    public IReadOnlyList<string> Programs { get; }
}
