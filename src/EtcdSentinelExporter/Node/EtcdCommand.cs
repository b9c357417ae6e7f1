using System.Collections.Immutable;

namespace EtcdSentinelExporter.Node;

/// <summary>The words with which etcd is started, found in a command line that may wrap it.</summary>
/// <param name="Arguments">etcd's own, without its name.</param>
/// <param name="EnvironmentFiles">What <c>docker run --env-file</c> reads for it.</param>
internal sealed record EtcdCommand(ImmutableArray<string> Arguments, ImmutableArray<string> EnvironmentFiles)
{
    /// <summary>Finds <c>etcd</c> behind <c>exec</c>, <c>nice</c>, <c>docker run</c> or <c>sh -c "…"</c>.</summary>
    /// <returns>Absent when no word is etcd.</returns>
    public static EtcdCommand? Find(ImmutableArray<string> words)
    {
        words = [.. words.SelectMany((word, at) => IsScript(words, at) ? ShellWords.Split(word) : [word])];
        var etcd = words.Select((word, at) => IsEtcd(word) ? at : -1).FirstOrDefault(at => at >= 0, -1);
        if (etcd < 0)
            return null;
        // `docker run … quay.io/coreos/etcd:v3.5.0 /usr/local/bin/etcd --name=a` says it twice.
        if (etcd + 1 < words.Length && IsEtcd(words[etcd + 1]))
            etcd++;
        return new([.. words[(etcd + 1)..].TakeWhile(word => !EndsCommand(word))], EnvironmentFilesIn(words[..etcd]));
    }

    private static bool IsScript(ImmutableArray<string> words, int at) =>
        at >= 2 && words[at - 1] is ['-', .., 'c'] && Basename(words[at - 2]) is "sh" or "bash" or "ash" or "dash";

    private static bool IsEtcd(string word) =>
        !word.StartsWith('-') && Basename(word) is var name && (name == "etcd" || name.StartsWith("etcd:", StringComparison.Ordinal));

    private static string Basename(string word) => word[(word.LastIndexOf('/') + 1)..];

    private static bool EndsCommand(string word) => word is "|" or "||" or "&&" or "&" or ";" or "2>&1" or ['>', ..];

    private static ImmutableArray<string> EnvironmentFilesIn(ImmutableArray<string> words) =>
        [.. words.Select((word, at) => word.StartsWith("--env-file=", StringComparison.Ordinal) ? word["--env-file=".Length..]
            : word == "--env-file" && at + 1 < words.Length ? words[at + 1] : null).OfType<string>()];
}
