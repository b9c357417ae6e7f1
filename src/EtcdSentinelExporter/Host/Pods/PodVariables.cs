using EtcdSentinelExporter.Text;

namespace EtcdSentinelExporter.Host.Pods;

/// <summary>Kubernetes' own variables in commands: <c>$(NAME)</c>; <c>$$</c> is a dollar sign.</summary>
internal static class PodVariables
{
    /// <summary>Puts in what is known. What is not stays as it is written, as kubelet leaves it too.</summary>
    /// <exception cref="FormatException">The budget is used up.</exception>
    public static string Expand(
        string text, IReadOnlyDictionary<string, string?> environment, ExpansionBudget budget) =>
        VariableReferences.Expand(text, '(', ')', name => environment.GetValueOrDefault(name), budget);
}
