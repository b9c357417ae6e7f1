namespace EtcdSentinelExporter.Cli;

/// <summary>How the program ends, for whoever started it.</summary>
internal static class ExitCode
{
    public const int Done = 0;

    /// <summary>Settings are right, and still it could not run: an address in use, a fault of its own.</summary>
    public const int Failed = 1;

    /// <summary>The command line or a setting is wrong; EX_USAGE of sysexits.h. Starting again changes
    /// nothing.</summary>
    public const int Usage = 64;
}
