using System.Text;

namespace EtcdSentinelExporter.Text;

/// <summary>Limits the length of the text to which the variables of one file expand.</summary>
/// <remarks>A variable can reference another one twice, so a file of 1 kB could expand to gigabytes.</remarks>
/// <param name="file">File name for messages; <see langword="null"/> if the caller adds it.</param>
internal sealed class ExpansionBudget(string? file = null)
{
    /// <summary>Maximum characters of one argument or variable: Linux rejects a longer one
    /// (MAX_ARG_STRLEN).</summary>
    public const int MaxLength = 128 * 1024;

    /// <summary>Maximum characters of all together: Linux accepts a quarter of the stack limit, which is usually
    /// 8 MiB.</summary>
    public const int MaxTotal = 2 * 1024 * 1024;

    private int _spent;

    /// <summary>Appends to an argument or variable, and counts the characters.</summary>
    /// <exception cref="FormatException">Exceeds <see cref="MaxLength"/> or <see cref="MaxTotal"/>.</exception>
    public void Append(StringBuilder to, ReadOnlySpan<char> part)
    {
        if (to.Length + part.Length > MaxLength)
            throw TooLong("an argument or variable", MaxLength);
        Spend(part.Length);
        to.Append(part);
    }

    /// <summary>Counts the characters of a text and returns it unchanged.</summary>
    /// <exception cref="FormatException">Exceeds <see cref="MaxTotal"/>.</exception>
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
        $"{(file is null ? "" : $"{file} ")}expands {what} to more than {max} characters, "
        + "the limit of Linux for starting a program; shorten them");
}
