using System.Collections.Immutable;
using System.CommandLine;
using System.CommandLine.Parsing;
using EtcdSentinelExporter.Settings;
using EtcdSentinelExporter.Text;

namespace EtcdSentinelExporter.Cli;

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
        $"unknown command {Quoted.Text(name)}; commands: serve (default), {SmartAgentCommand.Name}. "
        + "A value follows its flag: --log.level=debug.";
}
