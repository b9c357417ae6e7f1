using System.Runtime.CompilerServices;

namespace EtcdSentinelExporter.IntegrationTests.Support;

/// <summary>Gives this process its temporary folder before a test runs.</summary>
internal static class IntegrationTestRun
{
    // Held until this process ends.
    private static readonly StreamWriter? s_alive = TestRun.Begin();

    [ModuleInitializer]
    internal static void Run() => GC.KeepAlive(s_alive);
}
