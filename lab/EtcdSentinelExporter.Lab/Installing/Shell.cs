using System.Diagnostics;
using System.Text.RegularExpressions;

namespace EtcdSentinelExporter.Lab.Installing;

/// <summary>Runs programs with the environment of the user, whose proxies count.</summary>
internal static partial class Shell
{
    /// <returns>Exit code and all output.</returns>
    public static (int Code, string Output) Run(string folder, string program, params string[] arguments)
    {
        var start = new ProcessStartInfo("/bin/sh", ["-c", "exec \"$0\" \"$@\" 2>&1 </dev/null", program, .. arguments])
        {
            WorkingDirectory = folder,
            UseShellExecute = false,
            RedirectStandardOutput = true,
        };
        start.Environment["DEBIAN_FRONTEND"] = "noninteractive";
        start.Environment["LC_ALL"] = "C";
        using var process = Process.Start(start) ?? throw new InvalidOperationException($"{program} did not start");
        var output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        return (process.ExitCode, output);
    }

    /// <exception cref="LabException">The program failed; the message ends with its first error.</exception>
    public static void Succeed(string failure, string folder, string program, params string[] arguments)
    {
        var (code, output) = Run(folder, program, arguments);
        if (code == 0)
            return;
        var error = AptError().Match(output) is { Success: true } match
            ? match.Groups[1].Value
            : output.Trim().Split('\n')[^1];
        throw new LabException($"{failure}: {error.Trim()}");
    }

    [GeneratedRegex("^[EW]: (.*)", RegexOptions.Multiline)]
    private static partial Regex AptError();
}
