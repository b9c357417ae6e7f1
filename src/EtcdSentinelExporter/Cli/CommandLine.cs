using System.CommandLine;
using System.CommandLine.Parsing;
using EtcdSentinelExporter.Polling.Self;
using EtcdSentinelExporter.Settings;
using EtcdSentinelExporter.Text;

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
        var suggest = new Option<bool>(DrivesCommand.Suggest) { Arity = ArgumentArity.Zero };
        var check = new CheckOptions.Flags();
        var defragment = new DefragmentOptions.Flags();
        var recover = new RecoverOptions.Flags();
        var writers = new WritersOptions.Flags();
        var keys = new KeysOptions.Flags();
        var runbook = new Argument<string>("name") { Arity = ArgumentArity.ZeroOrOne };
        var commands = Commands([help, version, .. flags.Options], suggest, recover, runbook,
        [
            (CheckCommand.Name, check.All), (DefragmentCommand.Name, defragment.All),
            (WritersCommand.Name, writers.All), (KeysCommand.Name, keys.All),
        ]);
        var parsed = commands.Parse(args, new ParserConfiguration
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
            DrivesCommand.Name => await DrivesCommand.RunAsync(
                settings, parsed.GetResult(suggest) is { Implicit: false }, context, stopping),
            CheckCommand.Name => await CheckCommand.RunAsync(settings, check.Read(parsed, settings), context, stopping),
            DefragmentCommand.Name => await DefragmentCommand.RunAsync(
                settings, defragment.Read(parsed, settings), context, stopping),
            RecoverCommand.Name => await RecoverCommand.RunAsync(
                settings, recover.Read(parsed, settings), context, stopping),
            WritersCommand.Name => await WritersCommand.RunAsync(
                settings, writers.Read(parsed, settings), context, stopping),
            KeysCommand.Name => await KeysCommand.RunAsync(settings, keys.Read(parsed, settings), context, stopping),
            RunbookCommand.Name => await RunbookCommand.RunAsync(
                settings, parsed.GetResult(runbook)?.Tokens is [var name] ? name.Value : null, context),
            _ => await ServeCommand.RunAsync(settings, context, stopping),
        };
    }

    private static RootCommand Commands(
        IEnumerable<Option> options, Option suggest, RecoverOptions.Flags recover, Argument runbook,
        IEnumerable<(string Name, IEnumerable<Option> Options)> verbs)
    {
        var root = new RootCommand { TreatUnmatchedTokensAsErrors = false };
        // Replaced by our own --help and --version. Directives would split off a first word such as "[…]".
        root.Options.Clear();
        root.Directives.Clear();
        foreach (var option in options)
            root.Options.Add(option);
        root.Subcommands.Add(new Command("serve") { TreatUnmatchedTokensAsErrors = false });
        root.Subcommands.Add(new Command(SmartAgentCommand.Name) { TreatUnmatchedTokensAsErrors = false });
        root.Subcommands.Add(new Command(DrivesCommand.Name) { suggest });
        root.Subcommands.Add(new Command(RunbookCommand.Name) { runbook });
        foreach (var verb in verbs)
            root.Subcommands.Add(With(verb.Name, verb.Options));
        root.Subcommands.Add(recover.Command());
        return root;
    }

    private static Command With(string name, IEnumerable<Option> options)
    {
        var command = new Command(name) { TreatUnmatchedTokensAsErrors = false };
        foreach (var option in options)
            command.Options.Add(option);
        return command;
    }

    private static async Task<int> PrintAsync(CommandContext context, string text)
    {
        await context.Out.WriteAsync(text);
        return ExitCode.Done;
    }
}

/// <summary>Defines one flag for each setting, valid with every command.</summary>
internal sealed class SettingFlags(SettingTable table)
{
    private readonly ImmutableArray<(Setting Row, Option<string[]> Option)> _flags =
    [
        .. table.Rows.Select(row => (row, new Option<string[]>(row.Flag)
        {
            Recursive = true,
            Arity = ArgumentArity.ZeroOrMore,
            AllowMultipleArgumentsPerToken = false,
        })),
    ];

    public IEnumerable<Option> Options => _flags.Select(flag => flag.Option);

    /// <summary>Collects the unparsed values of all flags, and problems such as unknown flags.</summary>
    public RawSettings Read(ParseResult parsed)
    {
        var values = new List<RawSetting>();
        var problems = new List<string>();
        foreach (var (row, option) in _flags)
        {
            if (parsed.GetResult(option) is not { Implicit: false } result)
                continue;
            values.AddRange(result.Tokens.Select(token => new RawSetting(row.Key, token.Value, row.Flag)));
            if (result.Tokens.Count < result.IdentifierTokenCount)
                problems.Add($"{row.Key}: {row.Flag} has no value; write {row.Flag}={Example(row)}.");
        }
        // The library takes a first word in brackets for a "directive", and does not list it as unmatched.
        var directives = parsed.Tokens.Where(token => token.Type is TokenType.Directive).Select(token => token.Value);
        problems.AddRange(Unknown([.. directives, .. parsed.UnmatchedTokens]));
        return new(values, problems);
    }

    private static string Example(Setting row) => row.Default is "" ? "…" : row.Default;

    private IEnumerable<string> Unknown(IReadOnlyList<string> words)
    {
        var isValue = false;
        foreach (var word in words)
        {
            var isFlag = word.StartsWith('-');
            var name = isFlag ? word.Split('=', 2)[0] : word;
            if (isFlag || !isValue)
                yield return isFlag ? UnknownFlag(name) : UnknownCommand(name);
            // The word after an unknown flag is most likely its value, so it is not reported.
            isValue = isFlag && !word.Contains('=', StringComparison.Ordinal);
        }
    }

    private string UnknownFlag(string name) => $"{Quoted.Text(name)} (command line): {table.AdviceForFlag(name)}";

    private static string UnknownCommand(string name) =>
        $"unknown command {Quoted.Text(name)}; commands: serve (default), {SmartAgentCommand.Name}, "
        + $"{CheckCommand.Name}, {DefragmentCommand.Name}, {RecoverCommand.Name}, {WritersCommand.Name}, "
        + $"{KeysCommand.Name}, {RunbookCommand.Name}, "
        + $"{DrivesCommand.Name} {DrivesCommand.Suggest}. A value follows its flag: --log.level=debug.";
}
