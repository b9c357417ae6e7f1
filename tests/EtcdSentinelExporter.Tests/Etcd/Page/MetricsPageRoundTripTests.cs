using System.Collections.Immutable;
using System.Text;
using EtcdSentinelExporter.Etcd.Page;
using EtcdSentinelExporter.Metrics;
using EtcdSentinelExporter.Tests.Support;
using FsCheck;
using FsCheck.Fluent;
using Xunit;

namespace EtcdSentinelExporter.Tests.Etcd.Page;

/// <summary>What our page holds, the reader reads back, whatever strangers put into it.</summary>
public class MetricsPageRoundTripTests
{
    private static readonly Arbitrary<string> Hostile = Gen.Elements(
            'a', ' ', '"', '\\', '\n', 'n', '\r', '\t', '\0', '{', '}', ',', '=', '#', 'ä',
            '\u2028', '\uFEFF', '\u0085', '\uD83D', '\uDEA8')
        .ArrayOf().Select(characters => new string(characters)).ToArbitrary();

    [Fact]
    public void Label_values_read_back_as_what_went_in() =>
        Prop.ForAll(Hostile, Hostile, (one, two) =>
        {
            var sample = Assert.Single(RoundTrip(1, one, two).Samples);

            Assert.Equal(Clean(one), sample.Labels.GetValueOrDefault("one", ""));
            Assert.Equal(Clean(two), sample.Labels.GetValueOrDefault("two", ""));
        }).Holds();

    [Fact]
    public void Any_text_reads_back() =>
        Prop.ForAll<string?>(text =>
        {
            var sample = Assert.Single(RoundTrip(1, text ?? "", "").Samples);

            Assert.Equal(Clean(text ?? ""), sample.Labels.GetValueOrDefault("one", ""));
        }).Holds();

    [Fact]
    public void Any_number_reads_back_to_the_bit() =>
        Prop.ForAll<long>(bits =>
        {
            var value = BitConverter.Int64BitsToDouble(bits * 0x9E3779B97F4A7C1);

            var read = RoundTrip(value, "x", "y").Samples[0].Value;

            Assert.True(read.Equals(value));
            Assert.True(double.IsNegative(read) == double.IsNegative(value) || value is 0 or double.NaN);
        }).Holds();

    // Not the infinities: prometheus-net spells them out, which Prometheus reads and etcd never writes.
    [Theory]
    [InlineData(double.NaN)]
    [InlineData(double.MaxValue)]
    [InlineData(double.Epsilon)]
    [InlineData(-0.0)]
    public void Odd_numbers_read_back(double value) =>
        Assert.Equal(value, Assert.Single(RoundTrip(value, "x", "y").Samples).Value);

    private static MetricsPage RoundTrip(double value, string one, string two)
    {
        ImmutableArray<MetricFamily<double>> families =
        [
            new(MetricType.Gauge, "a", "Help.", ["one", "two"], (number, to) => to.Add(number, one, two)),
        ];
        return ReadAsync(families.Text(value)).GetAwaiter().GetResult();
    }

    private static async Task<MetricsPage> ReadAsync(string page)
    {
        await using var stream = new MemoryStream(Encoding.UTF8.GetBytes(page));
        return await MetricsPageReader.ReadAsync(stream, new HashSet<string>(["a"], StringComparer.Ordinal), default);
    }

    // Not with UnsafeCharacters, which is what is tested.
    private static string Clean(string text) => string.Concat(
        Encoding.UTF8.GetString(Encoding.UTF8.GetBytes(text))
            .Select(c => (char.IsControl(c) && c != '\n') || c is '\u2028' or '\uFEFF' ? '\uFFFD' : c));
}
