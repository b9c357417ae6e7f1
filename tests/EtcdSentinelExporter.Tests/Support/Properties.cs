using System.Globalization;
using System.Security.Cryptography;
using FsCheck;
using Xunit.Sdk;

namespace EtcdSentinelExporter.Tests.Support;

/// <summary>Properties that can be tried again with the very values that broke them.</summary>
internal static class Properties
{
    /// <summary>The variable that holds the seed of all properties of a run. Without it each has a new one: that is
    /// how a developer's runs explore, while <c>scripts/test</c> sets it, so that two runs of it do the same.</summary>
    public const string Variable = "ETCD_SENTINEL_SEED";

    // Which sequence of numbers; has to be odd.
    private const ulong Gamma = 0x9E3779B97F4A7C15;

    public static void Holds(this Property property) => property.Holds(Seed());

    /// <exception cref="XunitException">It does not, and how to see that again.</exception>
    public static void Holds(this Property property, ulong seed)
    {
        try
        {
            Check.One(Config.QuickThrowOnFailure.WithReplay(seed, Gamma), property);
        }
        catch (Exception e)
        {
            throw new XunitException(
                string.Create(CultureInfo.InvariantCulture, $"{Variable}={seed} shows this again: {e.Message}"), e);
        }
    }

    private static ulong Seed() => Environment.GetEnvironmentVariable(Variable) is { Length: > 0 } text
        ? ulong.Parse(text, NumberStyles.None, CultureInfo.InvariantCulture)
        : BitConverter.ToUInt64(RandomNumberGenerator.GetBytes(sizeof(ulong)));
}
