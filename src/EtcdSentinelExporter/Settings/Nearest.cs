namespace EtcdSentinelExporter.Settings;

/// <summary>Finds the known word that is most similar to a mistyped one.</summary>
internal static class Nearest
{
    private const int MaxWordLength = 100;

    /// <returns>The nearest candidate, or <see langword="null"/> if each differs in more than two characters and in
    /// more than a quarter of the word.</returns>
    public static string? To(string word, IEnumerable<string> candidates) =>
        word.Length > MaxWordLength ? null : candidates
            .Select(candidate => (candidate, distance: Distance(word.ToUpperInvariant(), candidate.ToUpperInvariant())))
            .Where(pair => pair.distance <= Math.Max(2, word.Length / 4))
            .OrderBy(pair => pair.distance)
            .FirstOrDefault().candidate;

    // Levenshtein distance, computed one row at a time.
    private static int Distance(string a, string b)
    {
        var row = Enumerable.Range(0, b.Length + 1).ToArray();
        for (var i = 1; i <= a.Length; i++)
        {
            var diagonal = row[0];
            row[0] = i;
            for (var j = 1; j <= b.Length; j++)
            {
                var change = diagonal + (a[i - 1] == b[j - 1] ? 0 : 1);
                diagonal = row[j];
                row[j] = Math.Min(change, Math.Min(row[j], row[j - 1]) + 1);
            }
        }
        return row[^1];
    }
}
