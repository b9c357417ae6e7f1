using System.Text;

namespace EtcdSentinelExporter.Node;

/// <summary>Kubernetes' own variables in commands: <c>$(NAME)</c>; <c>$$</c> is a dollar sign.</summary>
internal static class PodVariables
{
    /// <summary>Puts in what is known. What is not stays as it is written, as kubelet leaves it too.</summary>
    public static string Expand(string text, IReadOnlyDictionary<string, string?> environment)
    {
        var expanded = new StringBuilder();
        for (var at = 0; at < text.Length; at++)
        {
            var next = at + 1 < text.Length ? text[at + 1] : '\0';
            var end = text[at] == '$' && next == '(' ? text.IndexOf(')', at) : -1;
            if (text[at] == '$' && next == '$')
                expanded.Append(text[at++]);
            else if (end > 0 && environment.GetValueOrDefault(text[(at + 2)..end]) is { } value)
                (_, at) = (expanded.Append(value), end);
            else
                expanded.Append(text[at]);
        }
        return expanded.ToString();
    }
}
