using System.Collections.Immutable;
using System.Globalization;
using System.Security.Cryptography;

namespace EtcdSentinelExporter.Lab.Fuzzing;

/// <summary>Runs parsers one after the other, prints a line for each, and stores what breaks them.</summary>
internal sealed class FuzzReport(int seed, TimeProvider clock)
{
    private const int StackBytes = 1 << 20;
    private const int ProblemLines = 6;
    private const string Running = "running";

    // Far above the limit of one run: this one does not end.
    private static readonly TimeSpan Hang = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan Glance = TimeSpan.FromSeconds(1);

    private static readonly string Folder = Path.Combine(SeedFiles.Root, "artifacts/fuzz");

    /// <returns>Exit code: 1 if an input broke a parser.</returns>
    public int Run(ImmutableArray<FuzzTarget> targets, TimeSpan time)
    {
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"{targets.Length} parsers, {time.TotalSeconds:0} s, --seed {seed}"));
        Print("parser", "runs", "accepted", "rejected", "slowest ms", "max kB", "");
        ImmutableArray<FuzzResult> results = [.. targets.Select(target => RunOne(target, time / targets.Length))];
        var broken = results.Count(result => result.Failure is not null);
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"{results.Sum(result => result.Runs)} runs, {broken} parsers broken"));
        return Math.Min(1, broken);
    }

    private FuzzResult RunOne(FuzzTarget target, TimeSpan time)
    {
        Directory.CreateDirectory(Folder);
        using FileStream running = new(PathOf(target, Running), FileMode.Create, FileAccess.Write, FileShare.Read,
            bufferSize: 0);
        FuzzSession session = new(target, seed, input => Overwrite(running, input), clock);
        FuzzResult? ended = null;
        Thread thread = new(() => ended = session.Run(time), StackBytes) { IsBackground = true, Name = target.Name };
        thread.Start();
        while (!thread.Join(Glance))
        {
            if (clock.GetElapsedTime(session.CurrentStarted) > Hang)
                ended = new() { Failure = new(session.Current, "does not end") };
            if (ended is not null)
                break;
        }
        var result = ended!;
        File.Delete(PathOf(target, Running));
        Print(
            target.Name, result.Runs, result.Accepted, result.Rejected, (long)result.Slowest.TotalMilliseconds,
            result.MostAllocated >> 10, result.Failure is null ? "" : "BROKEN");
        if (result.Failure is { } failure)
            Tell(target, failure);
        return result;
    }

    private static void Tell(FuzzTarget target, FuzzFailure failure)
    {
        var path = Store(target, failure.Input, Convert.ToHexStringLower(SHA256.HashData(failure.Input))[..8]);
        Console.WriteLine(string.Join('\n', failure.Problem.Split('\n').Take(ProblemLines)));
        Console.WriteLine(
            $"the input is in {path}; this shows it again:\n  lab fuzz --parser {target.Name} --input {path}");
    }

    private static void Overwrite(FileStream file, byte[] input)
    {
        file.Position = 0;
        file.Write(input);
        file.SetLength(input.Length);
    }

    private static string Store(FuzzTarget target, byte[] input, string what)
    {
        File.WriteAllBytes(PathOf(target, what), input);
        return PathOf(target, what);
    }

    private static string PathOf(FuzzTarget target, string what) => Path.Combine(Folder, $"{target.Name}-{what}");

    private static void Print(params object[] cells) => Console.WriteLine(string.Concat(cells.Select((cell, at) =>
        at is 0 ? $"{cell,-20}" : string.Create(CultureInfo.InvariantCulture, $"  {cell,10}"))).TrimEnd());
}
