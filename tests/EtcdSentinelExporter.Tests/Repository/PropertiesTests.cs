using EtcdSentinelExporter.Tests.Support;
using FsCheck.Fluent;
using Xunit;
using Xunit.Sdk;

namespace EtcdSentinelExporter.Tests.Repository;

/// <summary>A property that fails once in a thousand runs has to be one that can be made to fail again.</summary>
public sealed class PropertiesTests
{
    [Fact]
    public void A_property_that_does_not_hold_says_by_which_seed()
    {
        var e = Assert.Throws<XunitException>(() => Prop.ForAll<int>(number => number < 20).Holds(7));

        Assert.StartsWith("ETCD_SENTINEL_SEED=7 reproduces this: Falsifiable", e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void The_same_seed_tries_the_same_values_and_another_seed_others()
    {
        Assert.Equal(Tried(1), Tried(1));
        Assert.NotEqual(Tried(1), Tried(2));
    }

    [Fact]
    public void No_property_is_checked_without_a_seed() => Assert.Equal([], Directory
        .EnumerateFiles(Path.Combine(Repo.Root, "tests"), "*.cs", SearchOption.AllDirectories)
        .Where(file => Path.GetFileName(file) is not ("Properties.cs" or "PropertiesTests.cs"))
        .Where(file => File.ReadAllText(file) is var text && (text.Contains("QuickCheck", StringComparison.Ordinal)
            || text.Contains("Check.Quick", StringComparison.Ordinal)
            || text.Contains("Check.One(", StringComparison.Ordinal))));

    private static List<int> Tried(ulong seed)
    {
        var tried = new List<int>();
        Prop.ForAll<int>(tried.Add).Holds(seed);
        return tried;
    }
}
