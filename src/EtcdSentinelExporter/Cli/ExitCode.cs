namespace EtcdSentinelExporter.Cli;

internal static class ExitCode
{
    public const int Done = 0;

    /// <summary>The settings are valid, but the program could not run: an address in use, or an internal
    /// error.</summary>
    public const int Failed = 1;

    /// <summary>The command line or a setting is invalid; EX_USAGE of sysexits.h. A restart does not help.</summary>
    public const int Usage = 64;
}
