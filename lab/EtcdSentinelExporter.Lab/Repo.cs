namespace EtcdSentinelExporter.Lab;

internal static class Repo
{
    /// <summary>The folder that holds <c>src</c>, found by walking up from the program.</summary>
    public static string Root { get; } = Find(AppContext.BaseDirectory);

    /// <summary>Folder of builds and of all that is fetched.</summary>
    public static string Artifacts { get; } = Path.Combine(Root, "artifacts");

    /// <summary>Recordings, expected alerts and templates of the lab.</summary>
    public static string Data { get; } = Path.Combine(Root, "lab/data");

    private static string Find(string folder) =>
        Directory.Exists(Path.Combine(folder, "src"))
            ? folder
            : Find(Path.GetDirectoryName(folder) ?? throw new DirectoryNotFoundException("no src above the program"));
}
