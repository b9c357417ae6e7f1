using System.Diagnostics;
using EtcdSentinelExporter.TestRuns;

namespace EtcdSentinelExporter.IntegrationTests.Support;

/// <summary>Bounded waiting for something that real processes do in their own time.</summary>
internal static class Wait
{
    /// <param name="condition">Asked ten times a second.</param>
    /// <param name="wanted">For the message, as a clause: "the member answers".</param>
    /// <exception cref="TimeoutException">It did not become true within <see cref="Patience.Limit"/>.</exception>
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

    /// <summary>Until the log of a process holds the text.</summary>
    /// <exception cref="TimeoutException">It does not; the message holds the log.</exception>
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
