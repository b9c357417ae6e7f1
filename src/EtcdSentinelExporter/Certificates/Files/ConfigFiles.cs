using EtcdSentinelExporter.Certificates.Pem;
using EtcdSentinelExporter.Host;

namespace EtcdSentinelExporter.Certificates.Files;

/// <summary>Reads the files that say where certificates are, and keeps the problems of those that exist and cannot be
/// read.</summary>
internal sealed class ConfigFiles(HostFiles files)
{
    private const int MaxBytes = 1 << 20;

    private readonly List<FileReading> _unreadable = [];

    public HostFiles Files => files;

    /// <summary>One entry per file that exists and cannot be read.</summary>
    public ImmutableArray<FileReading> Unreadable => [.. _unreadable];

    /// <summary>Reads and parses a file; <see langword="null"/> if it does not exist.</summary>
    /// <param name="path">Host path of the file.</param>
    /// <param name="parse">Parses it, or throws <see cref="FormatException"/>.</param>
    /// <param name="before">Result of the previous poll. It is returned if the file cannot be read: the files that it
    /// names are still in use.</param>
    public T? Read<T>(string path, Func<string, T> parse, T? before)
        where T : class
    {
        try
        {
            return files.ExistsForSure(path) ? parse(files.ReadText(path, MaxBytes)) : null;
        }
        catch (FileNotFoundException)
        {
            return null;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or FormatException)
        {
            var blank = new FileReading(Path.GetFileName(path), path);
            _unreadable.Add(e is FormatException
                ? blank with { IsPresent = true, Problems = [new(LoadProblem.Malformed, $"{path}: {e.Message}")] }
                : FileExaminer.Unread(blank, e));
            return before;
        }
    }
}
