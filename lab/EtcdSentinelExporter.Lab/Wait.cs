using System.Diagnostics;

namespace EtcdSentinelExporter.Lab;

/// <summary>Waits, with a timeout, for real processes.</summary>
internal static class Wait
{
    private static readonly TimeSpan Often = TimeSpan.FromMilliseconds(100);

    /// <param name="condition">Checked ten times a second.</param>
    /// <param name="wanted">Clause for the message: "the member answers".</param>
    /// <exception cref="TimeoutException">The condition did not become true within <see
    /// cref="Patience.Limit"/>.</exception>
    public static async Task UntilAsync(Func<Task<bool>> condition, string wanted)
    {
        if (!await BecomesTrueAsync(condition, Often, Patience.Limit))
            throw new TimeoutException($"waited {Patience.Limit} in vain until {wanted}");
    }

    /// <summary>Checks a condition again and again.</summary>
    /// <returns>False if it did not become true within the limit.</returns>
    public static async Task<bool> BecomesTrueAsync(Func<Task<bool>> condition, TimeSpan every, TimeSpan limit)
    {
        var watch = Stopwatch.StartNew();
        while (!await condition())
        {
            if (watch.Elapsed > limit)
                return false;
            await Task.Delay(every, TimeProvider.System, CancellationToken.None);
        }
        return true;
    }

    /// <summary>Waits until the log of a process contains the text.</summary>
    /// <exception cref="TimeoutException">The text did not appear; the message has the log.</exception>
    public static async Task UntilLoggedAsync(string log, string text)
    {
        var said = "";
        try
        {
            await UntilAsync(
                async () => (said = await File.ReadAllTextAsync(log)).Contains(text, StringComparison.Ordinal),
                $"the log says \"{text}\"");
        }
        catch (TimeoutException e)
        {
            throw new TimeoutException($"{e.Message}; it says: {said}", e);
        }
    }
}
