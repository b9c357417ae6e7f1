namespace EtcdSentinelExporter.Lab;

/// <summary>Logs of the programs that the lab starts.</summary>
internal static class LogFile
{
    private const int MaxLine = 300;

    /// <summary>Returns the last lines, indented, for a message about the log.</summary>
    public static string End(string file, int lines = 15) =>
        File.Exists(file) && File.ReadAllLines(file) is { Length: > 0 } all
            ? string.Join('\n', all.TakeLast(lines).Select(line => "  | " + line[..Math.Min(line.Length, MaxLine)]))
            : "  (the log is empty)";
}
