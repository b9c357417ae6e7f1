using System.CommandLine;
using EtcdSentinelExporter.Polling.Self;
using EtcdSentinelExporter.Settings;

namespace EtcdSentinelExporter.Cli;

/// <summary>Splits the command line into verb and settings, and starts the verb.</summary>
internal static class CommandLine
{
    /// <returns>The exit code.</returns>
    /// <param name="stopping">Ends a verb that runs for long, beside SIGTERM and SIGINT.</param>
    public static async Task<int> RunAsync(string[] args, CommandContext outside, CancellationToken stopping = default)
    {
        var help = new Option<bool>("--help", "-h") { Recursive = true, Arity = ArgumentArity.Zero };
        var version = new Option<bool>("--version") { Recursive = true, Arity = ArgumentArity.Zero };
        var flags = new SettingFlags(Catalog.Settings);
        var parsed = Verbs([help, version, .. flags.Options]).Parse(args, new ParserConfiguration
        {
            // A value that begins with @ is a value, not a file with more flags.
            ResponseFileTokenReplacer = null,
            EnablePosixBundling = false,
        });

        if (parsed.GetResult(help) is { Implicit: false })
            return await PrintAsync(outside, HelpText.Write(Catalog.Settings));
        if (parsed.GetResult(version) is { Implicit: false })
            return await PrintAsync(outside, $"etcd-sentinel-exporter {Build.Current.Text}\n");
        var reader = new SettingsReader(Catalog.Settings, outside.ReadFile);
        var settings = reader.Read(flags.Read(parsed), outside.Environment);
        return parsed.CommandResult.Command.Name switch
        {
            SmartAgentCommand.Name => await SmartAgentCommand.RunAsync(settings, outside, stopping),
            _ => await ServeCommand.RunAsync(settings, outside, stopping),
        };
    }

    private static RootCommand Verbs(IEnumerable<Option> options)
    {
        var root = new RootCommand { TreatUnmatchedTokensAsErrors = false };
        // Ours print what the table of settings says, and directives would make "[…]" a word of its own.
        root.Options.Clear();
        root.Directives.Clear();
        foreach (var option in options)
            root.Options.Add(option);
        root.Subcommands.Add(new Command("serve") { TreatUnmatchedTokensAsErrors = false });
        root.Subcommands.Add(new Command(SmartAgentCommand.Name) { TreatUnmatchedTokensAsErrors = false });
        return root;
    }

    private static async Task<int> PrintAsync(CommandContext outside, string text)
    {
        await outside.Out.WriteAsync(text);
        return ExitCode.Done;
    }
}
