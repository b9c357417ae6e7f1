using System.Collections.Immutable;

namespace EtcdSentinelExporter.Settings;

/// <summary>One row of the table of settings. Flags, environment, YAML, <c>--help</c> and docs/settings.md come from
/// it.</summary>
/// <param name="Key">Dotted kebab-case: <c>etcd.cert-file</c>. No key is the beginning of another.</param>
/// <param name="Help">One or two sentences: what it decides, and its unit.</param>
/// <param name="Default">As a user would write it; empty for none. A list's default is separated by spaces.</param>
/// <param name="Repeatable">Whether it is a list.</param>
internal abstract record Setting(string Key, string Help, string Default, bool Repeatable)
{
    public const string VariablePrefix = "ETCDSENTINEL_";

    /// <summary><c>--etcd.cert-file</c></summary>
    public string Flag => "--" + Key;

    /// <summary><c>ETCDSENTINEL_ETCD_CERT_FILE</c></summary>
    public string Variable => VariablePrefix + Key.Replace('.', '_').Replace('-', '_').ToUpperInvariant();

    /// <summary>Whether the YAML file may hold it: the path of that file cannot stand in the file itself.</summary>
    public bool InFile { get; init; } = true;

    /// <summary>Asks for the value, so that <paramref name="settings"/> has every complaint about it.</summary>
    public abstract void Check(SettingValues settings);
}

/// <typeparam name="T">Nullable where <paramref name="Default"/> is empty: "not set" is
/// <see langword="null"/>.</typeparam>
/// <param name="Parse">Throws <see cref="FormatException"/> with a sentence that says what to write instead.</param>
internal sealed record Setting<T>(string Key, string Help, string Default, Func<string, T> Parse)
    : Setting(Key, Help, Default, Repeatable: false)
{
    /// <summary>What is wrong with a value beside the other settings; <see langword="null"/> when nothing is.</summary>
    /// <remarks>Another setting that could not be read is its type's default here, and has its own complaint.</remarks>
    public Func<SettingValues, T, string?> Beside { get; init; } = (_, _) => null;

    public override void Check(SettingValues settings)
    {
        var problems = settings.Problems.Count;
        var value = settings.Get(this);
        if (settings.Problems.Count == problems && Beside(settings, value) is { } problem)
            settings.Complain(Key, problem);
    }
}

/// <inheritdoc cref="Setting{T}"/>
/// <param name="Parse">Reads one item. Throws <see cref="FormatException"/> with a sentence that says what to write
/// instead.</param>
internal sealed record ListSetting<T>(string Key, string Help, string Default, Func<string, T> Parse)
    : Setting(Key, Help, Default, Repeatable: true)
{
    /// <summary>What is wrong with the items together; <see langword="null"/> when nothing is.</summary>
    public Func<ImmutableArray<T>, string?> Together { get; init; } = _ => null;

    public override void Check(SettingValues settings)
    {
        // Where an item has a complaint of its own, there are no items.
        if (Together(settings.Get(this)) is { } problem)
            settings.Complain(Key, problem);
    }
}
