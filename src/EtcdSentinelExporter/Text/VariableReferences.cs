using System.Text;

namespace EtcdSentinelExporter.Text;

/// <summary>Expands references such as <c>$(NAME)</c> or <c>${NAME}</c> in one pass.</summary>
internal static class VariableReferences
{
    /// <summary>Replaces references by their values. <c>$$</c> becomes a dollar sign; an unclosed reference stays
    /// unchanged.</summary>
    /// <param name="open">Character that begins a name, after a dollar sign.</param>
    /// <param name="close">Character that ends a name.</param>
    /// <param name="valueOf">Returns a variable's value; <see langword="null"/> leaves the reference
    /// unchanged.</param>
    /// <exception cref="FormatException">The result exceeds the budget.</exception>
    public static string Expand(
        string text, char open, char close, Func<string, string?> valueOf, ExpansionBudget budget)
    {
        var expanded = new StringBuilder();
        var lastClose = text.LastIndexOf(close); // without it, each open reference would search to the end
        var at = 0;
        for (int dollar; (dollar = text.IndexOf('$', at)) >= 0 && dollar + 1 < text.Length;)
        {
            budget.Append(expanded, text.AsSpan(at, dollar - at));
            at = dollar + 2;
            if (text[dollar + 1] == '$')
            {
                budget.Append(expanded, "$");
            }
            else if (text[dollar + 1] == open && at <= lastClose)
            {
                var end = text.IndexOf(close, at);
                budget.Append(expanded, valueOf(text[at..end]) ?? text.AsSpan(dollar, end + 1 - dollar));
                at = end + 1;
            }
            else
            {
                budget.Append(expanded, text.AsSpan(dollar, 2));
            }
        }
        budget.Append(expanded, text.AsSpan(at));
        return expanded.ToString();
    }
}
