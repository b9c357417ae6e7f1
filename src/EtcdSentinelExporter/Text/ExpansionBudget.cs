using System.Text;

namespace EtcdSentinelExporter.Text;

/// <summary>Limits the text that the variables of one file expand to.</summary>
/// <remarks>A variable can name another twice, so that a file of 1 kB stands for gigabytes.</remarks>
/// <param name="file">For messages; <see langword="null"/> where the caller adds it.</param>
internal sealed class ExpansionBudget(string? file = null)
{
    /// <summary>Characters of one argument or variable: Linux starts no program with a longer one
    /// (MAX_ARG_STRLEN).</summary>
    public const int MaxLength = 128 * 1024;

    /// <summary>Characters of all of them: Linux takes a quarter of the limit of the stack, usually 8 MiB.</summary>
    public const int MaxTotal = 2 * 1024 * 1024;

    private int _spent;

    /// <exception cref="FormatException">Longer than an argument can be, or too much in all.</exception>
    public void Append(StringBuilder to, ReadOnlySpan<char> part)
    {
        if (to.Length + part.Length > MaxLength)
            throw TooLong("an argument or variable", MaxLength);
        Spend(part.Length);
        to.Append(part);
    }

    /// <summary>The same text, once it is counted.</summary>
    /// <exception cref="FormatException">Too much in all.</exception>
    public string Spend(string text)
    {
        Spend(text.Length);
        return text;
    }

    private void Spend(int characters)
    {
        _spent += characters;
        if (_spent > MaxTotal)
            throw TooLong("its arguments and variables", MaxTotal);
    }

    private FormatException TooLong(string what, int max) => new(
        $"{(file is null ? "" : $"{file} ")}expands {what} to more than {max} characters, with which Linux starts no "
        + "program; shorten them");
}
