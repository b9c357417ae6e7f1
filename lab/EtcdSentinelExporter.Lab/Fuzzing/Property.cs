using System.Globalization;

namespace EtcdSentinelExporter.Lab.Fuzzing;

/// <summary>Checks what holds for every result of a parser.</summary>
internal static class Property
{
    /// <exception cref="BrokenPropertyException">The property does not hold.</exception>
    public static void Holds(bool holds, string what)
    {
        if (!holds)
            throw new BrokenPropertyException(what);
    }

    /// <summary>Checks that a text changes neither a terminal nor the direction of the text around it.</summary>
    /// <remarks>Written apart from the code that it checks.</remarks>
    /// <param name="allowed">Characters that the reader of the text unescapes.</param>
    /// <exception cref="BrokenPropertyException">The text has such a character.</exception>
    public static void IsSafe(string? text, string what, string allowed = "")
    {
        for (var at = 0; at < (text?.Length ?? 0); at++)
        {
            if (char.IsSurrogatePair(text!, at))
            {
                Holds(CharUnicodeInfo.GetUnicodeCategory(text!, at) is not UnicodeCategory.Format,
                    $"{what} has U+E00xx");
                at++;
            }
            else if (!allowed.Contains(text![at], StringComparison.Ordinal))
            {
                Holds(!IsUnsafe(text[at]), $"{what} has the character U+{(int)text[at]:X4}");
            }
        }
    }

    /// <summary>Checks that a known value is a number from 0 on.</summary>
    /// <exception cref="BrokenPropertyException">It is negative or no number.</exception>
    public static void IsNatural(double? value, string what) =>
        Holds(value is null or >= 0, $"{what} is {value?.ToString(CultureInfo.InvariantCulture)}");

    private static bool IsUnsafe(char c) => char.IsControl(c) || char.IsSurrogate(c) || char.GetUnicodeCategory(c)
        is UnicodeCategory.Format or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator;
}

/// <summary>A parser accepted an input, and its result breaks a property.</summary>
internal sealed class BrokenPropertyException(string message, Exception? cause = null) : Exception(message, cause);
