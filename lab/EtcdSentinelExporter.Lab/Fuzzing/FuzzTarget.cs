using System.Collections.Immutable;
using System.Text;

namespace EtcdSentinelExporter.Lab.Fuzzing;

/// <summary>A parser of outside input, and the property that holds for every input.</summary>
/// <param name="Name">Value of <c>--parser</c>, and name of the folder with its kept seeds.</param>
/// <param name="Seeds">Valid inputs; others are made from them.</param>
/// <param name="Parse">Parses an input and checks the result. Returns false, or throws
/// <see cref="FormatException"/>, if the input is rejected. Any other exception is a failure.</param>
internal sealed record FuzzTarget(string Name, Func<ImmutableArray<byte[]>> Seeds, Func<byte[], bool> Parse)
{
    /// <summary>A parser of text, which gets what a decoder of UTF-8 makes of the bytes.</summary>
    public static FuzzTarget Text(string name, Func<ImmutableArray<byte[]>> seeds, Action<string> parse) =>
        Try(name, seeds, text =>
        {
            parse(text);
            return true;
        });

    /// <summary>The same, of one that says by its result if the text is valid.</summary>
    public static FuzzTarget Try(string name, Func<ImmutableArray<byte[]>> seeds, Func<string, bool> parse) =>
        new(name, seeds, input => parse(Encoding.UTF8.GetString(input)));

    /// <summary>A parser of text that documents no exception.</summary>
    public static FuzzTarget Total(string name, Func<ImmutableArray<byte[]>> seeds, Action<string> parse) =>
        Text(name, seeds, text =>
        {
            try
            {
                parse(text);
            }
            catch (FormatException e)
            {
                throw new BrokenPropertyException("throws FormatException, although it documents none", e);
            }
        });

    /// <summary>Returns why the input is rejected; <see langword="null"/> if it is valid.</summary>
    public string? Rejection(byte[] input)
    {
        try
        {
            return Parse(input) ? null : "";
        }
        catch (FormatException e)
        {
            return e.Message;
        }
    }
}
