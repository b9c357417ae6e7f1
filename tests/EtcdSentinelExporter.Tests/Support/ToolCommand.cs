using System.Collections.Immutable;
using System.Text.RegularExpressions;

namespace EtcdSentinelExporter.Tests.Support;

/// <summary>One call of a tool in the text of a runbook.</summary>
/// <param name="Tool">Name of the tool, not the alias on the page.</param>
/// <param name="Words">Words that are not options: commands first, then their arguments.</param>
/// <param name="Options">Options with their dashes, without values.</param>
internal sealed partial record ToolCommand(string Tool, ImmutableArray<string> Words, ImmutableArray<string> Options)
{
    /// <summary>Returns all calls in shell code, also inside quotes. <c>e</c> and <c>at URL</c> are aliases of etcdctl
    /// on the pages.</summary>
    public static IEnumerable<ToolCommand> In(string shell) => Calls()
        .Matches(Continued().Replace(shell, " "))
        .Select(call => Of(call.Groups["tool"].Value, call.Groups["rest"].Value));

    private static ToolCommand Of(string tool, string rest)
    {
        var words = Word().Matches(rest).Select(match => Quotes().Replace(match.Value, "")).ToList();
        if (tool is "at" && words.Count > 0)
            words.RemoveAt(0);
        // The words after the container are a separate call.
        if (tool is "crictl" && words.IndexOf("exec") is var exec and >= 0)
            words.RemoveRange(exec + 1, words.Count - exec - 1);
        return new(
            tool is "e" or "at" ? "etcdctl" : tool,
            [.. words.Where(word => word[0] != '-' && word is not ("$@" or "…"))],
            [.. words.Where(word => word.Length > 1 && word[0] == '-').Select(word => word.Split('=')[0])]);
    }

    // In a lookahead, because a call may be among the words of another one.
    [GeneratedRegex("""
        (?<![\w./-])
        (?<tool>etcdctl|etcdutl|crictl|kubeadm|smartctl|systemctl|findmnt|lsblk|openssl|kubectl|e|at)
        (?=(?<rest>(?:[ \t]+(?:'[^']*'|"[^"]*"|[^\s'"|;&()<>`])+)*))
        (?=[\s|;&)]|$)
        """, RegexOptions.IgnorePatternWhitespace)]
    private static partial Regex Calls();

    [GeneratedRegex("""(?:'[^']*'|"[^"]*"|[^\s'"])+""")]
    private static partial Regex Word();

    [GeneratedRegex("""^['"]|['"]$""")]
    private static partial Regex Quotes();

    [GeneratedRegex(@"\\\n\s*")]
    private static partial Regex Continued();
}
