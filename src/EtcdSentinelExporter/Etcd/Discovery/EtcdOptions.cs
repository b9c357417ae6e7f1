using System.Collections.Immutable;
using System.Globalization;

namespace EtcdSentinelExporter.Etcd.Discovery;

/// <summary>What etcd was told, each setting under the name of its flag (<c>quota-backend-bytes</c>).</summary>
/// <param name="Values">As given; empty when a flag was given as empty.</param>
/// <param name="Hidden">Settings that are named where their value cannot be seen.</param>
internal sealed record EtcdOptions(ImmutableDictionary<string, string> Values, ImmutableHashSet<string> Hidden)
{
    private const string EnvironmentPrefix = "ETCD_";

    /// <summary>Flags and environment together. A flag beats a variable, and an empty variable says nothing.</summary>
    /// <param name="flags">By name.</param>
    /// <param name="environment">By name (<c>ETCD_DATA_DIR</c>); a value that cannot be seen is <see
    /// langword="null"/>.</param>
    public static EtcdOptions From(
        ImmutableDictionary<string, string> flags, IEnumerable<KeyValuePair<string, string?>> environment)
    {
        var named = environment
            .Where(pair => pair.Key.StartsWith(EnvironmentPrefix, StringComparison.Ordinal) && pair.Value is not "")
            .Select(pair => KeyValuePair.Create(FlagOf(pair.Key), pair.Value))
            .Where(pair => !flags.ContainsKey(pair.Key))
            .ToArray();
        var hidden = named.Where(pair => pair.Value is null).Select(pair => pair.Key);
        var seen = from pair in named where pair.Value is not null select KeyValuePair.Create(pair.Key, pair.Value!);
        return new(flags.SetItems(seen), hidden.ToImmutableHashSet(StringComparer.Ordinal));
    }

    /// <summary>A setting's value; absent also when it is empty.</summary>
    public string? this[string name] => Values.GetValueOrDefault(name) is { Length: > 0 } value ? value : null;

    /// <summary>Whether the setting is named, also where its value cannot be seen.</summary>
    public bool Names(string name) => this[name] is not null || Hidden.Contains(name);

    /// <summary>The value, if it is a whole number as Go writes them.</summary>
    public long? Number(string name) =>
        long.TryParse(this[name], NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number)
            ? number
            : null;

    public bool IsOn(string name) => this[name] is "true" or "TRUE" or "True" or "t" or "T" or "1";

    private static string FlagOf(string variable) =>
        variable[EnvironmentPrefix.Length..].ToLowerInvariant().Replace('_', '-');
}
