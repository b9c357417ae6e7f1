using System.Globalization;
using EtcdSentinelExporter.Etcd.Keyspace;
using EtcdSentinelExporter.Findings;
using EtcdSentinelExporter.Settings;

namespace EtcdSentinelExporter.Cli;

/// <summary>The command <c>keys</c>: counts the keys of one resource, by namespace, or names the largest. It reads
/// only.</summary>
internal static class KeysCommand
{
    public const string Name = "keys";

    private const int MaxRows = 50;

    /// <returns>The exit code.</returns>
    public static Task<int> RunAsync(
        SettingValues settings, KeysOptions options, CommandContext context, CancellationToken stopping) =>
        KeyspaceSession.RunAsync(
            settings, context, (questions, ending) => RunAsync(questions, options, context, ending),
            failure: "Cannot read the keys", stopping);

    private static async Task<int> RunAsync(
        KeyspaceQuestions questions, KeysOptions options, CommandContext context, CancellationToken stopping)
    {
        var (follower, refusal) = await questions.FindAsync(stopping);
        if (refusal is not null)
            return await RefuseAsync(context, refusal);
        if (await questions.RootAsync(follower.Member, stopping) is not { } root)
            throw new FormatException("there are no namespaces below the prefix of an API server; set keyspace.root");
        var reader = new ResourceKeyReader(follower.Member, root, KeyspaceQuestions.PathOf(options.Resource));
        var (keys, revision) = await reader.CountAsync(stopping);
        if (options.Largest && keys > ResourceKeyReader.MaxRead)
        {
            return await RefuseAsync(context, Text(
                $"{options.Resource} have {keys:#,0} keys; reading more than {ResourceKeyReader.MaxRead:#,0} values ")
                + "burdens etcd. Take a snapshot (etcdctl snapshot save) and read it elsewhere, for example with "
                + "auger");
        }
        await context.Out.WriteLineAsync(Text(
            $"{options.Resource}: {keys:#,0} keys, at {follower.Member.Endpoint}, revision {revision}"));
        if (options.ByNamespace)
            await WriteAsync(context, await reader.ByNamespaceAsync(stopping));
        else if (options.Largest)
            await WriteAsync(context, await reader.LargestAsync(revision, stopping));
        return ExitCode.Done;
    }

    private static async Task<int> RefuseAsync(CommandContext context, string why)
    {
        await context.Error.WriteLineAsync($"refused: {why}.");
        return ExitCode.Refused;
    }

    private static async Task WriteAsync(
        CommandContext context, ImmutableArray<(string Namespace, long Keys)> counts)
    {
        foreach (var (name, keys) in counts.Take(MaxRows))
            await context.Out.WriteLineAsync(Text($"{keys,12:#,0}  {(name is "" ? "(no namespace)" : name)}"));
        if (counts.Length > MaxRows)
        {
            var rest = counts.Skip(MaxRows).Sum(one => one.Keys);
            await context.Out.WriteLineAsync(Text($"{rest,12:#,0}  in {counts.Length - MaxRows} more namespaces"));
        }
    }

    private static async Task WriteAsync(CommandContext context, LargestKeys largest)
    {
        foreach (var (name, bytes) in largest.Keys)
            await context.Out.WriteLineAsync(Text($"{ReportCell.Size(bytes),12}  {name}"));
        await context.Out.WriteLineAsync(Text(
            $"{ReportCell.Size(largest.Bytes),12}  in all {largest.Count:#,0} values; values are as stored, encrypted ")
            + "or not");
    }

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
