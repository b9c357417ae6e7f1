namespace EtcdSentinelExporter.Cli;

/// <summary>One line on the error stream while a command works, erased at its end.</summary>
internal static class ProgressLine
{
    private const string Erase = "\r\u001b[K";
    private static readonly TimeSpan Second = TimeSpan.FromSeconds(1);

    public static async Task ShowAsync(CommandContext context, Func<Task> work, CancellationToken stopping)
    {
        var working = work();
        if (!context.Terminal.HasProgress)
        {
            await working;
            return;
        }
        try
        {
            for (var seconds = 0; !working.IsCompleted; seconds++)
            {
                await context.Error.WriteAsync($"{Erase}checking… {seconds} s");
                await context.Error.FlushAsync(stopping);
                await Task.WhenAny(working, Task.Delay(Second, context.Clock, stopping));
            }
            await working;
        }
        finally
        {
            await context.Error.WriteAsync(Erase);
        }
    }
}
