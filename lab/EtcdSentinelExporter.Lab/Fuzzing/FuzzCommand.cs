using System.Collections.Immutable;
using System.CommandLine;
using System.Globalization;

namespace EtcdSentinelExporter.Lab.Fuzzing;

/// <summary><c>lab fuzz</c>: random inputs for every parser, for some time.</summary>
internal static class FuzzCommand
{
    private const int DefaultSeconds = 60;

    public static Command Create(TimeProvider clock)
    {
        Argument<int> seconds = new("seconds")
        {
            Description = "Time for all parsers together.",
            DefaultValueFactory = _ => DefaultSeconds,
        };
        Option<int?> seed = new("--seed") { Description = "Repeats the inputs of an earlier run." };
        Option<string[]> parsers = new("--parser") { Description = "Only this parser; repeatable." };
        parsers.AcceptOnlyFromAmong([.. FuzzTargets.All.Select(target => target.Name)]);
        Option<FileInfo?> input = new("--input") { Description = "Runs this input alone, through --parser." };
        Command fuzz = new("fuzz", "Feeds random inputs to every parser; exit code 1 if one breaks.")
        {
            seconds, seed, parsers, input,
        };
        fuzz.SetAction(parsed =>
        {
            var names = parsed.GetValue(parsers) ?? [];
            ImmutableArray<FuzzTarget> targets =
                [.. FuzzTargets.All.Where(target => names.Length == 0 || names.Contains(target.Name))];
            return parsed.GetValue(input) is { } file
                ? Repeat(targets, File.ReadAllBytes(file.FullName), clock)
                : new FuzzReport(parsed.GetValue(seed) ?? Random.Shared.Next(), clock)
                    .Run(targets, TimeSpan.FromSeconds(parsed.GetValue(seconds)));
        });
        return fuzz;
    }

    private static int Repeat(ImmutableArray<FuzzTarget> targets, byte[] input, TimeProvider clock)
    {
        var broken = 0;
        foreach (var target in targets)
        {
            var run = new FuzzRunner(target, clock).Run(input);
            broken += run.Problem is null ? 0 : 1;
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
                $"{target.Name}: {run.Problem ?? (run.Rejection is { } why ? $"rejected: {why}" : "accepted")}, "
                + $"{run.Took.TotalMilliseconds:0.###} ms, {run.Allocated} bytes allocated"));
        }
        return Math.Min(1, broken);
    }
}
