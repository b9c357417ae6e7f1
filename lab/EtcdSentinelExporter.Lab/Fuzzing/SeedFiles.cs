using System.Collections.Immutable;
using System.Text;

namespace EtcdSentinelExporter.Lab.Fuzzing;

/// <summary>Inputs in files: the tests' fixtures, shared test data if there is any, and kept seeds.</summary>
internal static class SeedFiles
{
    // A page of metrics has 180 kB, of which the first part shows all that there is to parse.
    private const int MaxBytes = 24 << 10;

    private const string Fixtures = "tests/EtcdSentinelExporter.Tests/Fixtures";

    /// <summary>Root of the repository, found by walking up from the program.</summary>
    public static string Root { get; } = RootAbove(AppContext.BaseDirectory);

    private static string Kept { get; } = Path.Combine(Root, "lab/EtcdSentinelExporter.Lab/Fuzzing/Seeds");

    private static string Shared { get; } =
        Environment.GetEnvironmentVariable("ETCD_SENTINEL_SHARED") ?? Path.Combine(Root, "../shared");

    /// <summary>Returns the files with these names from fixtures and shared test data, in ordinal order. Long ones are
    /// cut at a line.</summary>
    /// <param name="patterns">File names with <c>*</c>.</param>
    public static ImmutableArray<byte[]> Named(params string[] patterns) =>
        [.. new[] { Path.Combine(Root, Fixtures), Path.Combine(Shared, "cases"), Path.Combine(Shared, "fixtures") }
            .Where(Directory.Exists)
            .SelectMany(folder => patterns.SelectMany(
                pattern => Directory.EnumerateFiles(folder, pattern, SearchOption.AllDirectories)))
            .Where(path => new FileInfo(path).LinkTarget is null) // fixtures have broken links
            .Order(StringComparer.Ordinal).Select(File.ReadAllBytes).Select(Cut)];

    public static ImmutableArray<byte[]> Texts(params string[] texts) => [.. texts.Select(Encoding.UTF8.GetBytes)];

    /// <summary>Inputs that once broke a parser, by file name.</summary>
    public static ImmutableArray<byte[]> KeptFor(string parser) =>
        Path.Combine(Kept, parser) is var folder && Directory.Exists(folder)
            ? [.. Directory.EnumerateFiles(folder).Order(StringComparer.Ordinal).Select(File.ReadAllBytes)]
            : [];

    /// <summary>Names of the folders with kept seeds.</summary>
    public static IEnumerable<string> KeptFolders => Directory.EnumerateDirectories(Kept).Select(Path.GetFileName)!;

    private static byte[] Cut(byte[] bytes) => bytes.Length <= MaxBytes
        ? bytes
        : bytes[..(bytes.AsSpan(0, MaxBytes).LastIndexOf((byte)'\n') + 1)];

    private static string RootAbove(string folder) => Directory.Exists(Path.Combine(folder, "src"))
        ? folder
        : RootAbove(Path.GetDirectoryName(folder) ?? throw new DirectoryNotFoundException("no src above the program"));
}
