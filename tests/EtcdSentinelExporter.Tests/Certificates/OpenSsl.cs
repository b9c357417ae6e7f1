using System.Diagnostics;
using System.Globalization;

namespace EtcdSentinelExporter.Tests.Certificates;

/// <summary>The other opinion.</summary>
internal static class OpenSsl
{
    /// <returns>What it printed.</returns>
    public static string Run(string program, params string[] arguments)
    {
        using var process = Process.Start(new ProcessStartInfo(program, arguments)
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            UseShellExecute = false,
        })!;
        var errors = process.StandardError.ReadToEndAsync();
        var text = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        return process.ExitCode == 0
            ? text
            : throw new InvalidOperationException($"{program}: {errors.GetAwaiter().GetResult()}");
    }

    /// <summary>What <c>openssl x509 -enddate</c> says of a file.</summary>
    public static DateTimeOffset EndOf(string file)
    {
        var text = Run("openssl", "x509", "-noout", "-enddate", "-dateopt", "iso_8601", "-in", file);
        return DateTimeOffset.Parse(text["notAfter=".Length..].Trim(), CultureInfo.InvariantCulture);
    }
}
