using Xunit;

namespace EtcdSentinelExporter.IntegrationTests.Deploy;

/// <summary>Tests that build overlays.</summary>
[AttributeUsage(AttributeTargets.Method)]
internal sealed class KubectlTheoryAttribute : TheoryAttribute
{
    public KubectlTheoryAttribute() => Skip = Why;

    /// <summary>Why they cannot; nothing where they can.</summary>
    public static string? Why => (Environment.GetEnvironmentVariable("PATH") ?? "").Split(':')
        .Any(folder => File.Exists(Path.Combine(folder, "kubectl")))
            ? null
            : "There is no kubectl on PATH, which builds the overlays.";
}
