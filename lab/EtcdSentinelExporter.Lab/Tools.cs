
namespace EtcdSentinelExporter.Lab;

/// <summary>Finds programs of Debian, installed or unpacked by <c>scripts/lab install</c>.</summary>
internal static class Tools
{
    /// <summary>Root of the unpacked packages; need not exist.</summary>
    public static string Unpacked { get; } = Path.Combine(Repo.Root, "artifacts/tools");

    /// <exception cref="FileNotFoundException">The program is in neither place.</exception>
    public static string Find(string program) => TryFind(program)
        ?? throw new FileNotFoundException(
            $"{program} is neither on PATH nor unpacked: run scripts/lab install --with-checks");

    /// <summary>Searches the folders of libraries; <see langword="null"/> if not found.</summary>
    public static string? TryFindLibrary(string library) => new[] { "/usr/lib", $"{Unpacked}/usr/lib" }
        .Where(Directory.Exists).SelectMany(Directory.GetDirectories)
        .Select(folder => Path.Combine(folder, library)).FirstOrDefault(File.Exists);

    /// <summary>Searches PATH, the folders of root's programs and the unpacked packages; <see langword="null"/> if not
    /// found.</summary>
    public static string? TryFind(string program) =>
        (Environment.GetEnvironmentVariable("PATH") ?? "").Split(':')
            .Concat([$"{Unpacked}/usr/bin", $"{Unpacked}/usr/sbin", "/usr/sbin", "/sbin"])
            .Select(folder => Path.Combine(folder, program))
            .FirstOrDefault(File.Exists);
}
