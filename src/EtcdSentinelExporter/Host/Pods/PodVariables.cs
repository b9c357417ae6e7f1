using EtcdSentinelExporter.Text;

namespace EtcdSentinelExporter.Host.Pods;

/// <summary>Expands Kubernetes variables in commands: <c>$(NAME)</c>; <c>$$</c> is a dollar sign.</summary>
internal static class PodVariables
{
    /// <summary>Replaces known variables. Unknown ones stay as written, as in the kubelet.</summary>
    /// <exception cref="FormatException">The budget is exceeded.</exception>
    public static string Expand(
        string text, IReadOnlyDictionary<string, string?> environment, ExpansionBudget budget) =>
        VariableReferences.Expand(text, '(', ')', name => environment.GetValueOrDefault(name), budget);
}
