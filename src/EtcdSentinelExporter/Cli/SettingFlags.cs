using System.Collections.Immutable;
using System.CommandLine;
using System.CommandLine.Parsing;
using EtcdSentinelExporter.Settings;
using EtcdSentinelExporter.Text;

namespace EtcdSentinelExporter.Cli;

/// <summary>One flag for each row of the table of settings, valid with every verb.</summary>
internal sealed class SettingFlags(SettingTable table)
{
    private const string NoVerb =
        "no such command; write serve or smart-agent, or leave it out. Values follow their flag: --log.level=debug.";

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

    /// <summary>The values as they were written: they are read together with those of the other sources.</summary>
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
        // A first word in brackets is a "directive" to the library, which then says nothing more about it.
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
                yield return $"{Quoted.Text(name)} (command line): {(isFlag ? table.AdviceForFlag(name) : NoVerb)}";
            // The word after an unknown flag is most likely its value, and not worth a complaint of its own.
            isValue = isFlag && !word.Contains('=', StringComparison.Ordinal);
        }
    }
}
