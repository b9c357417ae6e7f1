using System.Text;

namespace EtcdSentinelExporter.Text;

/// <summary>Splits a command line into words as shells and systemd do: at whitespace outside quotes; quotes are
/// removed.</summary>
internal static class ShellWords
{
    /// <remarks>An unclosed quote extends to the end of the text.</remarks>
    public static ImmutableArray<string> Split(string line)
    {
        var words = ImmutableArray.CreateBuilder<string>();
        StringBuilder? word = null;
        var quote = '\0';
        for (var at = 0; at < line.Length; at++)
        {
            var c = line[at];
            if (quote == '\0' && char.IsWhiteSpace(c))
            {
                Finish(words, ref word);
                continue;
            }
            if (c == '\\' && quote != '\'' && at + 1 < line.Length && line[at + 1] == '\n')
            {
                at++;
                continue;
            }
            word ??= new StringBuilder();
            if (c == quote)
                quote = '\0';
            else if (quote == '\0' && c is '"' or '\'')
                quote = c;
            else if (c == '\\' && quote != '\'' && at + 1 < line.Length)
                word.Append(line[++at]);
            else
                word.Append(c);
        }
        Finish(words, ref word);
        return words.ToImmutable();
    }

    private static void Finish(ImmutableArray<string>.Builder words, ref StringBuilder? word)
    {
        if (word is not null)
            words.Add(word.ToString());
        word = null;
    }
}
