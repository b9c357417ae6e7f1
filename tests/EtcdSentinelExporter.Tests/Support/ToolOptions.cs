using System.Collections.Immutable;
using System.Diagnostics;
using System.Text.RegularExpressions;

namespace EtcdSentinelExporter.Tests.Support;

/// <summary>Commands and options of a tool: from its own help if installed, else from its documentation.</summary>
/// <param name="Program">Path of the tool; <see langword="null"/> to use the table.</param>
internal sealed partial record ToolOptions(string Tool, string? Program)
{
    // crictl 1.28 to 1.34, kubeadm 1.27 to 1.34, kubectl: options of all these versions.
    private static readonly ImmutableDictionary<string, string> Tables =
        ImmutableDictionary.CreateRange<string, string>(StringComparer.Ordinal,
        [
            new("crictl ps", "-a --all -q --quiet --name --label --state --pod -o --output --no-trunc -l --latest"),
            new("crictl logs", "-f --follow -p --previous --since --tail -t --timestamps"),
            new("crictl exec", "-i --interactive -t --tty -s --sync --timeout"),
            new("crictl rmi", "-a --all -q --prune"),
            new("crictl rm", "-a --all -f --force"),
            new("kubeadm certs check-expiration", "--cert-dir --config --kubeconfig"),
            .. Each("kubeadm certs renew", "--cert-dir --config --kubeconfig",
                Leaves + " all admin.conf super-admin.conf controller-manager.conf scheduler.conf"),
            .. Each("kubeadm init phase certs", "--cert-dir --config", Leaves + " all ca etcd-ca front-proxy-ca sa"),
            .. Each("kubeadm init phase kubeconfig", "--cert-dir --config --kubeconfig-dir",
                "all admin super-admin kubelet controller-manager scheduler"),
            new("kubeadm kubeconfig user", "--client-name --config --org --token --validity-period"),
            new("kubeadm upgrade", ""), new("kubeadm reset", "-f --force"),
            new("kubectl get", "-A -n --namespace -o --output -l --selector --no-headers --raw --field-selector"),
            new("kubectl describe", "-A -n --namespace -l --selector"),
            new("etcdutl defrag", "--data-dir"),
            new("etcdutl snapshot restore", "--data-dir --name --initial-cluster --initial-advertise-peer-urls "
                + "--initial-cluster-token --skip-hash-check --bump-revision --mark-compacted"),
            new("etcdutl snapshot status", "--write-out"),
        ]);

    private const string Leaves = "apiserver apiserver-etcd-client apiserver-kubelet-client etcd-healthcheck-client "
        + "etcd-peer etcd-server front-proxy-client";

    private bool IsTable => Program is null;

    /// <summary>Returns the problems with a call; empty if there are none.</summary>
    public IEnumerable<string> Problems(ToolCommand call)
    {
        if (call.Words.IsEmpty && call.Options.IsEmpty)
            return [];
        var command = Command(call.Words);
        var words = string.Join(' ', call.Words);
        // A page may mention "kubeadm certs renew" without arguments.
        var isMentioned = IsTable && call.Options.IsEmpty
            && Tables.Keys.Any(key => key.StartsWith($"{Tool} {words} ", StringComparison.Ordinal));
        if (command is null)
            return isMentioned ? [] : [$"{Tool} has no command {words}"];
        var known = IsTable ? [.. Tables[command].Split(' ')] : OptionsFromHelp(command);
        return call.Options.Where(option => !Knows(known, option))
            .Select(option => $"{command} has no option {option}");
    }

    // -nro means -n -r -o, but openssl's -noout is one option.
    private static bool Knows(HashSet<string> known, string option) => known.Contains(option)
        || (option.Length > 2 && option[1] != '-' && option[1..].All(letter => known.Contains($"-{letter}")));

    /// <summary>Returns the command, with the name of the tool; only the tool if it has no commands.</summary>
    private string? Command(ImmutableArray<string> words)
    {
        if (Tool is "smartctl" or "findmnt" or "lsblk" || (words.IsEmpty && !IsTable))
            return Tool;
        var commands = IsTable ? [.. Tables.Keys] : Commands();
        return Enumerable.Range(1, words.Length).Reverse().Select(n => $"{Tool} {string.Join(' ', words[..n])}")
            .FirstOrDefault(commands.Contains);
    }

    private HashSet<string> Commands() => Tool switch
    {
        "openssl" => [.. Word().Matches(Run("list", "-commands")).Select(word => $"{Tool} {word.Value}")],
        _ => [.. Listed().Matches(Run("--help")).Select(line => $"{Tool} {line.Groups[1].Value}")],
    };

    private HashSet<string> OptionsFromHelp(string command) =>
        [.. Option().Matches(Tool switch
        {
            // Each digest is an option too.
            "openssl" => Run(command.Split(' ')[1], "-help") + Run("dgst", "-list"),
            "etcdctl" => Run([.. command.Split(' ')[1..], "--help"]),
            _ => Run("--help"),
        }).Select(match => match.Value)];

    private string Run(params string[] arguments)
    {
        var start = new ProcessStartInfo(Program!, arguments)
        {
            UseShellExecute = false,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        start.Environment["ETCDCTL_API"] = "3";
        using var process = Process.Start(start)!;
        var errors = process.StandardError.ReadToEndAsync();
        var text = process.StandardOutput.ReadToEnd() + errors.GetAwaiter().GetResult();
        process.WaitForExit();
        return text;
    }

    private static IEnumerable<KeyValuePair<string, string>> Each(string command, string options, string names) =>
        names.Split(' ').Select(name => KeyValuePair.Create($"{command} {name}", options));

    [GeneratedRegex(@"(?<![\w-])--?[A-Za-z][\w-]*")]
    private static partial Regex Option();

    [GeneratedRegex(@"^[ \t]+([a-z][a-z-]*(?: [a-z][a-z-]*)?)(?=[ \t])", RegexOptions.Multiline)]
    private static partial Regex Listed();

    [GeneratedRegex(@"[\w-]+")]
    private static partial Regex Word();
}
