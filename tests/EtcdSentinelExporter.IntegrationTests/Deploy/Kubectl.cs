using Xunit;

namespace EtcdSentinelExporter.IntegrationTests.Deploy;

/// <summary>The program that builds overlays.</summary>
internal static class Kubectl
{
    /// <summary>Skips the test if it is missing.</summary>
    public static void Need() => Assert.SkipUnless(
        (Environment.GetEnvironmentVariable("PATH") ?? "").Split(':')
            .Any(folder => File.Exists(Path.Combine(folder, "kubectl"))),
        "There is no kubectl on PATH, which builds the overlays.");
}
