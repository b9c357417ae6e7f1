using System.Buffers;
using System.Globalization;
using System.Text;

namespace EtcdSentinelExporter.Cli;

/// <summary>Writes a file for the textfile collector of node_exporter, which must never see half of it, and reads it as
/// another user.</summary>
internal static class Textfile
{
    private const UnixFileMode Owner = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    /// <summary>Replaces the file at once. Families of the process are left out: node_exporter has them
    /// itself.</summary>
    /// <param name="now">Time of the run, for a family of its own; <see langword="null"/> if the metrics have
    /// it.</param>
    /// <exception cref="IOException">The file cannot be written.</exception>
    /// <exception cref="UnauthorizedAccessException">Access is denied.</exception>
    public static async Task WriteAsync(
        string path, byte[] metrics, DateTimeOffset? now, CancellationToken stopping)
    {
        // The folder may belong to another user: no name that can be guessed, and no link is followed.
        var partial = $"{path}.{Guid.NewGuid():N}.tmp";
        var file = Create(partial);
        try
        {
            await using (file)
            {
                await file.WriteAsync(WithoutProcess(metrics), stopping);
                if (now is { } at)
                    await file.WriteAsync(LastRun(at), stopping);
                if (OperatingSystem.IsLinux())
                    File.SetUnixFileMode(file.SafeFileHandle, Owner | UnixFileMode.GroupRead | UnixFileMode.OtherRead);
            }
            File.Move(partial, path, overwrite: true);
        }
        finally
        {
            File.Delete(partial);
        }
    }

    private static FileStream Create(string path)
    {
        var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write };
        if (OperatingSystem.IsLinux())
            options.UnixCreateMode = Owner;
        return new(path, options);
    }

    private static ReadOnlyMemory<byte> WithoutProcess(ReadOnlySpan<byte> metrics)
    {
        var kept = new ArrayBufferWriter<byte>();
        while (!metrics.IsEmpty)
        {
            var end = metrics.IndexOf((byte)'\n');
            var line = end < 0 ? metrics : metrics[..(end + 1)];
            if (!IsOfProcess(line))
                kept.Write(line);
            metrics = metrics[line.Length..];
        }
        return kept.WrittenMemory;
    }

    private static bool IsOfProcess(ReadOnlySpan<byte> line) =>
        line.StartsWith("process_"u8) || line.StartsWith("# HELP process_"u8) || line.StartsWith("# TYPE process_"u8);

    private static byte[] LastRun(DateTimeOffset now)
    {
        const string Family = "etcd_sentinel_last_run_timestamp_seconds";
        return Encoding.UTF8.GetBytes(
            $"# HELP {Family} Time of the last run of check --textfile, as Unix time.\n# TYPE {Family} gauge\n"
            + string.Create(CultureInfo.InvariantCulture, $"{Family} {now.ToUnixTimeMilliseconds() / 1000.0}\n"));
    }
}
