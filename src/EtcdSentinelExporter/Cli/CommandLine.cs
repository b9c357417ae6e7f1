using System.CommandLine;
using EtcdSentinelExporter.Polling.Self;
using EtcdSentinelExporter.Settings;

namespace EtcdSentinelExporter.Cli;

/// <summary>Parses the command line and runs the command.</summary>
internal static class CommandLine
{
    /// <returns>The exit code.</returns>
    /// <param name="stopping">Stops a long-running command, like SIGTERM and SIGINT.</param>
    public static async Task<int> RunAsync(string[] args, CommandContext context, CancellationToken stopping = default)
    {
        var help = new Option<bool>("--help", "-h") { Recursive = true, Arity = ArgumentArity.Zero };
        var version = new Option<bool>("--version") { Recursive = true, Arity = ArgumentArity.Zero };
        var flags = new SettingFlags(Catalog.Settings);
        var parsed = Commands([help, version, .. flags.Options]).Parse(args, new ParserConfiguration
        {
            // A value that begins with @ is a plain value, not a response file with more flags.
            ResponseFileTokenReplacer = null,
            EnablePosixBundling = false,
        });

        if (parsed.GetResult(help) is { Implicit: false })
            return await PrintAsync(context, HelpText.Write(Catalog.Settings));
        if (parsed.GetResult(version) is { Implicit: false })
            return await PrintAsync(context, $"etcd-sentinel-exporter {Build.Current.Text}\n");
        var reader = new SettingsReader(Catalog.Settings, context.ReadFile);
        var settings = reader.Read(flags.Read(parsed), context.Environment);
        return parsed.CommandResult.Command.Name switch
        {
            SmartAgentCommand.Name => await SmartAgentCommand.RunAsync(settings, context, stopping),
            _ => await ServeCommand.RunAsync(settings, context, stopping),
        };
    }

    private static RootCommand Commands(IEnumerable<Option> options)
    {
        var root = new RootCommand { TreatUnmatchedTokensAsErrors = false };
        // Replaced by our own --help and --version. Directives would split off a first word such as "[…]".
        root.Options.Clear();
        root.Directives.Clear();
        foreach (var option in options)
            root.Options.Add(option);
        root.Subcommands.Add(new Command("serve") { TreatUnmatchedTokensAsErrors = false });
        root.Subcommands.Add(new Command(SmartAgentCommand.Name) { TreatUnmatchedTokensAsErrors = false });
        return root;
    }

    private static async Task<int> PrintAsync(CommandContext context, string text)
    {
        await context.Out.WriteAsync(text);
        return ExitCode.Done;
    }
}
