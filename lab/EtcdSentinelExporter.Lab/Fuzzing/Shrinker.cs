namespace EtcdSentinelExporter.Lab.Fuzzing;

/// <summary>Makes an input shorter as long as it breaks the same.</summary>
internal static class Shrinker
{
    private const int MaxTries = 3000;

    /// <summary>Removes parts: halves first, single bytes last.</summary>
    public static byte[] Shrink(byte[] input, Func<byte[], bool> breaks)
    {
        var tries = 0;
        for (var size = input.Length / 2; size > 0 && tries < MaxTries; size /= 2)
        {
            for (var at = 0; at < input.Length && tries < MaxTries; tries++)
            {
                byte[] shorter = [.. input.AsSpan(0, at), .. input.AsSpan(Math.Min(input.Length, at + size))];
                if (breaks(shorter))
                    input = shorter;
                else
                    at += size;
            }
        }
        return input;
    }
}
