using System.Diagnostics;
using EtcdSentinelExporter.TestRuns;

namespace EtcdSentinelExporter.IntegrationTests.Support;

/// <summary>Waits, with a timeout, for real processes.</summary>
internal static class Wait
{
    /// <param name="condition">Checked ten times a second.</param>
    /// <param name="wanted">Clause for the message: "the member answers".</param>
    /// <exception cref="TimeoutException">The condition did not become true within <see
    /// cref="Patience.Limit"/>.</exception>
    public static async Task UntilAsync(Func<Task<bool>> condition, string wanted)
    {
        var watch = Stopwatch.StartNew();
        while (!await condition())
        {
            if (watch.Elapsed > Patience.Limit)
                throw new TimeoutException($"waited {Patience.Limit} in vain until {wanted}");
            await Task.Delay(TimeSpan.FromMilliseconds(100), TimeProvider.System, CancellationToken.None);
        }
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
