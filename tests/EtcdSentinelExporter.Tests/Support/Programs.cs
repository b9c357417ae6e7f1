namespace EtcdSentinelExporter.Tests.Support;

/// <summary>Programs of this machine.</summary>
internal static class Programs
{
    /// <summary>Also where only root has them on PATH, and what <c>scripts/lab/install</c> unpacked.</summary>
    public static string? Find(string program) => (Environment.GetEnvironmentVariable("PATH") ?? "").Split(':')
        .Concat(["/usr/sbin", "/sbin", Path.Combine(Repo.Root, "artifacts/tools/usr/bin")])
        .Select(folder => Path.Combine(folder, program)).FirstOrDefault(File.Exists);
}
