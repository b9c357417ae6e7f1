using System.Runtime.InteropServices;
using EtcdSentinelExporter.Findings;

namespace EtcdSentinelExporter.Cli;

/// <summary>What the streams of a command are connected to.</summary>
/// <param name="HasColours">True if the output may have colours.</param>
/// <param name="HasProgress">True if a line of progress may be written to the error stream, and erased.</param>
/// <param name="Width">Columns of the output.</param>
internal sealed partial record Terminal(bool HasColours, bool HasProgress, int Width)
{
    private const int StandardOutput = 1;
    private const nuint GetWindowSize = 0x5413; // TIOCGWINSZ

    /// <summary>No terminal.</summary>
    public static Terminal None { get; } = new(HasColours: false, HasProgress: false, ReportText.UsualWidth);

    public static Terminal OfThisProcess(IReadOnlyDictionary<string, string> environment)
    {
        // https://no-color.org: any value that is not empty.
        var isCapable = environment.GetValueOrDefault("TERM") is { Length: > 0 } and not "dumb";
        var wantsColours = environment.GetValueOrDefault("NO_COLOR") is null or "";
        return new(
            HasColours: isCapable && wantsColours && !Console.IsOutputRedirected,
            HasProgress: isCapable && !Console.IsErrorRedirected,
            Console.IsOutputRedirected ? ReportText.UsualWidth : WidthOfConsole());
    }

    // Console.WindowWidth would switch the terminal to another mode of its keypad.
    private static int WidthOfConsole() =>
        Ioctl(StandardOutput, GetWindowSize, out var size) == 0 && size.Columns > 0
            ? size.Columns
            : ReportText.UsualWidth;

    [LibraryImport("libc", EntryPoint = "ioctl")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int Ioctl(int file, nuint request, out WindowSize size);

    [StructLayout(LayoutKind.Explicit, Size = 8)]
    private readonly struct WindowSize
    {
        [FieldOffset(2)]
        public readonly ushort Columns;
    }
}
