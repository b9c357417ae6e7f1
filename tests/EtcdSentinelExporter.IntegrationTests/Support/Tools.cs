using EtcdSentinelExporter.Tests.Support;

namespace EtcdSentinelExporter.IntegrationTests.Support;

/// <summary>Finds programs of Debian, installed or unpacked by <c>scripts/lab/install</c>.</summary>
internal static class Tools
{
    /// <summary>Root of the unpacked packages; need not exist.</summary>
    public static string Unpacked { get; } = Path.Combine(Repo.Root, "artifacts/tools");

    /// <exception cref="FileNotFoundException">The program is in neither place.</exception>
    public static string Find(string program) =>
        (Environment.GetEnvironmentVariable("PATH") ?? "").Split(':')
            .Append(Path.Combine(Unpacked, "usr/bin"))
            .Select(folder => Path.Combine(folder, program))
            .FirstOrDefault(File.Exists)
        ?? throw new FileNotFoundException(
            $"{program} is neither on PATH nor unpacked: run scripts/lab/install --with-checks");
}
