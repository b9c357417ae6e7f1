using System.Runtime.InteropServices;

namespace EtcdSentinelExporter.Lab;

/// <summary>Runs something in a folder of its own; kills and removes all that it started, however it ends.</summary>
internal static class LabSession
{
    // Exit codes as a shell reports them: Ctrl-C, a closed terminal, a service manager.
    private static readonly (PosixSignal Signal, int Code)[] s_signals =
        [(PosixSignal.SIGHUP, 129), (PosixSignal.SIGINT, 130), (PosixSignal.SIGTERM, 143)];

    /// <param name="place">Parent of the folder.</param>
    /// <returns>The exit code.</returns>
    public static async Task<int> RunAsync(string place, bool keeps, Func<Task<int>> run)
    {
        var running = TestRun.Begin(place, keeps)!;
        var stopped = new TaskCompletionSource<int>(TaskCreationOptions.RunContinuationsAsynchronously);
        var signals = s_signals.Select(one => PosixSignalRegistration.Create(one.Signal, context =>
        {
            context.Cancel = true;
            stopped.TrySetResult(one.Code);
        })).ToList();
        try
        {
            return await await Task.WhenAny(Task.Run(run), stopped.Task);
        }
        finally
        {
            // What was started is killed and removed, as it would be after SIGKILL.
            await running.DisposeAsync();
            var removed = keeps ? TestRun.KeptMark : TestRun.Folder;
            await Wait.BecomesTrueAsync(
                () => Task.FromResult(!Directory.Exists(removed)), TimeSpan.FromMilliseconds(50), Patience.Limit);
            if (keeps)
                Console.WriteLine($"kept: {TestRun.Folder}");
            signals.ForEach(one => one.Dispose());
        }
    }
}
