using Xunit;

namespace EtcdSentinelExporter.Tests.Support;

/// <summary>Finds programs of this machine.</summary>
internal static class Programs
{
    /// <summary>Searches PATH, the sbin folders, and those that <c>scripts/lab/install</c> unpacked; <see
    /// langword="null"/> if not found.</summary>
    public static string? Find(string program) => (Environment.GetEnvironmentVariable("PATH") ?? "").Split(':')
        .Concat(["/usr/sbin", "/sbin", Path.Combine(Repo.Root, "artifacts/tools/usr/bin")])
        .Select(folder => Path.Combine(folder, program)).FirstOrDefault(File.Exists);

    /// <summary>Path of a program. Skips the test if it is not found.</summary>
    public static string Need(string program)
    {
        var path = Find(program);
        Assert.SkipWhen(path is null, $"There is no {program} on PATH.");
        return path;
    }
}
