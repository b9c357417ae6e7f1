namespace EtcdSentinelExporter.Cli;

internal static class ExitCode
{
    public const int Done = 0;

    /// <summary>The settings are valid, but the program could not run: an address in use, or an internal
    /// error.</summary>
    public const int Failed = 1;

    /// <summary><c>check</c> found a warning.</summary>
    public const int Warning = 1;

    /// <summary><c>check</c> found something critical.</summary>
    public const int Critical = 2;

    /// <summary><c>check</c> could not see something, and found nothing critical.</summary>
    public const int Unknown = 3;

    /// <summary>A verb that writes to etcd refused, and wrote nothing.</summary>
    public const int Refused = 2;

    /// <summary><c>defragment</c> left members for a later run, because too little of <c>--max-blocked</c>
    /// remained.</summary>
    public const int OverBudget = 4;

    /// <summary>SIGINT or SIGTERM ended it.</summary>
    public const int Interrupted = 130;

    /// <summary>A plugin of node-problem-detector found a problem.</summary>
    public const int PluginProblem = 1;

    /// <summary>A plugin of node-problem-detector does not know.</summary>
    public const int PluginUnknown = 2;

    /// <summary>The command line or a setting is invalid; EX_USAGE of sysexits.h. A restart does not help.</summary>
    public const int Usage = 64;
}
