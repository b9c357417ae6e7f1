using System.Security.Cryptography;
using System.Text;

namespace EtcdSentinelExporter.Lab.Fuzzing;

/// <summary>Feeds one parser for some time: kept seeds first, then seeds, then what is made from them.</summary>
/// <remarks>An input with an outcome that was not seen before becomes a seed too.</remarks>
/// <param name="running">Gets each input before its run: it may kill the process.</param>
internal sealed class FuzzSession(FuzzTarget target, int seed, Action<byte[]> running, TimeProvider clock)
{
    private const int MaxCorpus = 400;
    private const int MaxCorpusInput = 8192;

    private static readonly TimeSpan MaxShrinking = TimeSpan.FromSeconds(20);

    private readonly FuzzRunner _runner = new(target, clock);
    private readonly HashSet<string> _outcomes = new(StringComparer.Ordinal);
    private readonly FuzzResult _result = new();
    private FuzzRun _last;

    /// <summary>The input that is running, for the case that it never ends.</summary>
    public byte[] Current { get; private set; } = [];

    /// <summary>Start of the run that is running, as a timestamp of the clock.</summary>
    public long CurrentStarted { get; private set; } = clock.GetTimestamp();

    public FuzzResult Run(TimeSpan budget)
    {
        var began = clock.GetTimestamp();
        List<byte[]> corpus = [.. SeedFiles.KeptFor(target.Name), .. target.Seeds()];
        if (!corpus.All(Passes))
            return _result;
        var mutator = new Mutator(new Random(seed ^ Hash(target.Name)));
        while (_result.Failure is null && clock.GetElapsedTime(began) < budget)
        {
            var input = mutator.Next(corpus);
            if (Passes(input) && IsNewOutcome(input) && corpus.Count < MaxCorpus)
                corpus.Add(input);
        }
        return _result;
    }

    private bool Passes(byte[] input)
    {
        Current = input;
        running(input);
        CurrentStarted = clock.GetTimestamp();
        _last = _runner.Run(input);
        _result.Slowest = _last.Took > _result.Slowest ? _last.Took : _result.Slowest;
        _result.MostAllocated = Math.Max(_last.Allocated, _result.MostAllocated);
        if (_last.Problem is { } problem)
            _result.Failure = new(Shorter(input, _last.Kind), problem);
        else if (_last.Rejection is null)
            _result.Accepted++;
        else
            _result.Rejected++;
        return _last.Problem is null;
    }

    private byte[] Shorter(byte[] input, string? kind)
    {
        var began = clock.GetTimestamp();
        return Shrinker.Shrink(input, shorter =>
        {
            CurrentStarted = clock.GetTimestamp();
            return clock.GetElapsedTime(began) < MaxShrinking && _runner.Run(shorter).Kind == kind;
        });
    }

    // A rejection that was not seen before comes from a branch that was not seen before.
    private bool IsNewOutcome(byte[] input) => input.Length <= MaxCorpusInput && _outcomes.Add(
        $"{string.Concat((_last.Rejection ?? "ok").Where(char.IsAsciiLetter).Take(60))}{int.Log2(input.Length + 1)}");

    private static int Hash(string text) =>
        BitConverter.ToInt32(SHA256.HashData(Encoding.UTF8.GetBytes(text)), 0);
}
