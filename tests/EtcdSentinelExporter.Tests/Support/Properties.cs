using System.Globalization;
using System.Security.Cryptography;
using FsCheck;
using Xunit.Sdk;

namespace EtcdSentinelExporter.Tests.Support;

/// <summary>Checks properties, and makes a failure reproducible by its seed.</summary>
internal static class Properties
{
    /// <summary>Environment variable with the seed of all properties of a run. Without it each property gets a random
    /// seed, so that a developer's runs explore. <c>scripts/test</c> sets it, so that its runs are
    /// reproducible.</summary>
    public const string Variable = "ETCD_SENTINEL_SEED";

    // Selects the sequence of random numbers; must be odd.
    private const ulong Gamma = 0x9E3779B97F4A7C15;

    public static void Holds(this Property property) => property.Holds(Seed());

    /// <exception cref="XunitException">The property does not hold; the message has the seed.</exception>
    public static void Holds(this Property property, ulong seed)
    {
        try
        {
            Check.One(Config.QuickThrowOnFailure.WithReplay(seed, Gamma), property);
        }
        catch (Exception e)
        {
            throw new XunitException(
                string.Create(CultureInfo.InvariantCulture, $"{Variable}={seed} reproduces this: {e.Message}"), e);
        }
    }

    private static ulong Seed() => Environment.GetEnvironmentVariable(Variable) is { Length: > 0 } text
        ? ulong.Parse(text, NumberStyles.None, CultureInfo.InvariantCulture)
        : BitConverter.ToUInt64(RandomNumberGenerator.GetBytes(sizeof(ulong)));
}
