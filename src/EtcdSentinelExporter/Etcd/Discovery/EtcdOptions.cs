using System.Globalization;

namespace EtcdSentinelExporter.Etcd.Discovery;

/// <summary>The options that etcd was started with, by the names of its flags
/// (<c>quota-backend-bytes</c>).</summary>
/// <param name="Values">As set; empty for a flag that was set to an empty value.</param>
/// <param name="Hidden">Options that are set from a source that cannot be read.</param>
internal sealed record EtcdOptions(ImmutableDictionary<string, string> Values, ImmutableHashSet<string> Hidden)
{
    private const string EnvironmentPrefix = "ETCD_";

    /// <summary>Merges flags and environment. A flag overrides a variable, and an empty variable counts as not
    /// set.</summary>
    /// <param name="flags">By name.</param>
    /// <param name="environment">By name (<c>ETCD_DATA_DIR</c>); a value that cannot be read is
    /// <see langword="null"/>.</param>
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

    /// <summary>The value of an option; <see langword="null"/> if it is not set or empty.</summary>
    public string? this[string name] => Values.GetValueOrDefault(name) is { Length: > 0 } value ? value : null;

    /// <summary>True if the option is set, even if its value cannot be read.</summary>
    public bool IsSet(string name) => this[name] is not null || Hidden.Contains(name);

    /// <summary>The value as an integer in Go's format; <see langword="null"/> if it is not set or invalid.</summary>
    public long? Number(string name) =>
        long.TryParse(this[name], NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number)
            ? number
            : null;

    public bool IsOn(string name) => this[name] is "true" or "TRUE" or "True" or "t" or "T" or "1";

    private static string FlagOf(string variable) =>
        variable[EnvironmentPrefix.Length..].ToLowerInvariant().Replace('_', '-');
}
