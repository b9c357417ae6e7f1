using System.Collections.Frozen;
using EtcdSentinelExporter.Host.Pods;
using EtcdSentinelExporter.Text;

namespace EtcdSentinelExporter.Etcd.Discovery;

/// <summary>The etcd command inside a command line that may wrap it.</summary>
/// <param name="Arguments">etcd's arguments, without its name.</param>
/// <param name="EnvironmentFiles">Files of <c>docker run --env-file</c>.</param>
/// <param name="Assignments">Variables set on the command line, as in <c>env ETCD_NAME=a etcd</c>.</param>
internal sealed record EtcdCommand(
    ImmutableArray<string> Arguments,
    ImmutableArray<string> EnvironmentFiles,
    ImmutableArray<KeyValuePair<string, string?>> Assignments)
{
    /// <summary>Folders that the command line mounts into a container.</summary>
    public PodMounts Mounts { get; init; } = new([]);

    /// <summary>True if the command line starts etcd itself, or a program that is known to start others. A backup, or
    /// <c>systemctl restart etcd</c>, is none.</summary>
    public static bool IsStart(ImmutableArray<string> words) =>
        words is [var first, ..] && (IsEtcd(first) || Starters.Contains(Basename(first)));

    /// <summary>Finds <c>etcd</c> behind <c>exec</c>, <c>nice</c>, <c>docker run</c> or <c>sh -c "…"</c>.</summary>
    /// <returns><see langword="null"/> if no word is etcd.</returns>
    public static EtcdCommand? Find(ImmutableArray<string> words)
    {
        if (IsContainerCommand(words) && !words.Contains("run", StringComparer.Ordinal))
            return null;
        var shell = Array.FindIndex<string>([.. words], IsShell);
        words = [.. words.SelectMany((word, at) => IsScript(words, shell, at) ? ShellWords.Split(word) : [word])];
        var named = Enumerable.Range(0, words.Length).Where(at => IsEtcd(words[at])).ToArray();
        if (named.Length == 0)
            return null;
        // After an option, the word may be the value of that option, as in `runuser -u etcd -- /usr/bin/etcd`.
        var etcd = named.FirstOrDefault(at => at == 0 || !TakesNextWord(words[at - 1]), named[0]);
        // `docker run … quay.io/coreos/etcd:v3.5.0 /usr/local/bin/etcd --name=a` contains it twice.
        if (named.Contains(etcd + 1))
            etcd++;
        ImmutableArray<string> arguments = [.. words[(etcd + 1)..].TakeWhile(word => !EndsCommand(word))];
        // etcd has no subcommands, but for grpc-proxy and gateway: a proxy has no data and is no member.
        return arguments is [[>= 'a' and <= 'z', ..], ..]
            ? null
            : new(arguments, EnvironmentFilesIn(words[..etcd]), AssignmentsIn(words[..etcd]))
            {
                Mounts = ContainerMounts.In(words[..etcd]),
            };
    }

    private static readonly FrozenSet<string> Starters = FrozenSet.ToFrozenSet(
    [
        "ash", "bash", "chrt", "chroot", "dash", "docker", "env", "gosu", "ionice", "nerdctl", "nice", "numactl",
        "podman", "runuser", "setpriv", "setuidgid", "sh", "stdbuf", "su", "sudo", "systemd-run", "taskset", "unshare",
    ]);

    private static bool IsContainerCommand(ImmutableArray<string> words) =>
        words.Any(word => Basename(word) is "docker" or "podman" or "nerdctl");

    private static bool IsScript(ImmutableArray<string> words, int shell, int at) =>
        at >= 2 && words[at - 1] is ['-', .., 'c'] && shell >= 0 && shell < at;

    private static bool IsShell(string word) => Basename(word) is "sh" or "bash" or "ash" or "dash";

    // A program, or an image with a tag or digest; not a volume such as /var/lib/etcd:/var/lib/etcd:rw.
    private static bool IsEtcd(string word)
    {
        if (word is ['-', ..] || (word is ['/', ..] && word.Contains(':', StringComparison.Ordinal)))
            return false;
        return Basename(word) is "etcd" or ['e', 't', 'c', 'd', ':' or '@', ..];
    }

    private static bool TakesNextWord(string word) =>
        word is ['-', ..] && word != "--" && !word.Contains('=', StringComparison.Ordinal);

    private static string Basename(string word) => word[(word.LastIndexOf('/') + 1)..];

    private static bool EndsCommand(string word) => word is "|" or "||" or "&&" or "&" or ";" or "2>&1" or ['>', ..];

    private static ImmutableArray<KeyValuePair<string, string?>> AssignmentsIn(ImmutableArray<string> words) =>
        [.. from word in words
            let at = word.IndexOf("ETCD_", StringComparison.Ordinal)
            where at >= 0 && word[..at] is "" or "-e" or "--env="
            let parts = word[at..].TrimEnd(';').Split('=', 2)
            where parts.Length == 2
            select KeyValuePair.Create(parts[0], (string?)parts[1])];

    private static ImmutableArray<string> EnvironmentFilesIn(ImmutableArray<string> words) =>
        [.. Enumerable.Range(0, words.Length).Select(at => words[at].Split('=', 2) switch
        {
            ["--env-file", var path] => path,
            ["--env-file"] => words.ElementAtOrDefault(at + 1),
            _ => null,
        }).OfType<string>()];
}
