using Xunit;

namespace EtcdSentinelExporter.IntegrationTests.Support;

/// <summary>Skips the test that calls it.</summary>
internal static class Skip
{
    /// <param name="reason">Why the test cannot run here; null if it can.</param>
    public static void If(string? reason) => Assert.SkipWhen(reason is not null, reason ?? "");
}
