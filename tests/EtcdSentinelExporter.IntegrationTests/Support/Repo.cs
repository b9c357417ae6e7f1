namespace EtcdSentinelExporter.IntegrationTests.Support;

internal static class Repo
{
    /// <summary>The folder that holds <c>src</c>, found by walking up from the test's binaries.</summary>
    public static string Root { get; } = Find(AppContext.BaseDirectory);

    private static string Find(string folder) =>
        Directory.Exists(Path.Combine(folder, "src"))
            ? folder
            : Find(Path.GetDirectoryName(folder) ?? throw new DirectoryNotFoundException("no src above the tests"));
}
