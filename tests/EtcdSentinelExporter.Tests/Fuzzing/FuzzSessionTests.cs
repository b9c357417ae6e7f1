using EtcdSentinelExporter.Lab.Fuzzing;
using EtcdSentinelExporter.Tests.Support;
using Xunit;

namespace EtcdSentinelExporter.Tests.Fuzzing;

public sealed class FuzzSessionTests
{
    [Fact]
    public void An_input_that_breaks_a_parser_is_found_and_made_short()
    {
        var failure = SessionOf(text =>
        {
            if (text.Contains('$', StringComparison.Ordinal))
                throw new InvalidOperationException("a dollar sign");
        }).Run(TimeSpan.FromHours(1)).Failure;

        Assert.NotNull(failure);
        Assert.Equal("$"u8.ToArray(), failure.Input);
        Assert.Contains("a dollar sign", failure.Problem, StringComparison.Ordinal);
    }

    [Fact]
    public void A_parser_that_may_not_throw_is_broken_by_a_format_exception() =>
        Assert.Contains(
            "documents none",
            SessionOf(_ => throw new FormatException("no")).Run(TimeSpan.FromHours(1)).Failure!.Problem,
            StringComparison.Ordinal);

    [Fact]
    public void The_same_seed_makes_the_same_inputs()
    {
        Assert.Equal(Inputs(seed: 7), Inputs(seed: 7));
        Assert.NotEqual(Inputs(seed: 7), Inputs(seed: 8));
    }

    private static FuzzSession SessionOf(Action<string> parse) =>
        new(FuzzTarget.Total("test", () => SeedFiles.Texts("a long text without it"), parse), seed: 1, _ => { },
            new FakeClock());

    private static List<byte[]> Inputs(int seed)
    {
        Mutator mutator = new(new Random(seed));
        return [.. Enumerable.Range(0, 200).Select(_ => mutator.Next(SeedFiles.Texts("a: 1\nb: [2, 3]\n", "c")))];
    }
}
