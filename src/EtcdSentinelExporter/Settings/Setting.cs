namespace EtcdSentinelExporter.Settings;

/// <summary>Defines one setting: a row of the table from which flags, environment variables, YAML keys, <c>--help</c>
/// and docs/settings.md are made.</summary>
/// <param name="Key">Dotted kebab-case: <c>etcd.cert-file</c>. No key is a prefix of another.</param>
/// <param name="Help">One or two sentences: what the setting decides, and its unit.</param>
/// <param name="Default">As a user would write it; empty for none. Items of a list are separated by spaces.</param>
/// <param name="Repeatable">True if the setting is a list.</param>
internal abstract record Setting(string Key, string Help, string Default, bool Repeatable)
{
    public const string VariablePrefix = "ETCDSENTINEL_";

    /// <summary><c>--etcd.cert-file</c></summary>
    public string Flag => "--" + Key;

    /// <summary><c>ETCDSENTINEL_ETCD_CERT_FILE</c></summary>
    public string Variable => VariablePrefix + Key.Replace('.', '_').Replace('-', '_').ToUpperInvariant();

    /// <summary>True if the YAML file may contain the setting. False only for the path of that file itself.</summary>
    public bool InFile { get; init; } = true;

    /// <summary>Parses and validates the value; adds each problem to <paramref name="settings"/>.</summary>
    public abstract void Check(SettingValues settings);
}

/// <summary>A setting with one value.</summary>
/// <typeparam name="T">Nullable where <paramref name="Default"/> is empty: <see langword="null"/> means "not
/// set".</typeparam>
/// <param name="Parse">Throws <see cref="FormatException"/> with a sentence that says what to write instead.</param>
internal sealed record Setting<T>(string Key, string Help, string Default, Func<string, T> Parse)
    : Setting(Key, Help, Default, Repeatable: false)
{
    /// <summary>Validates the value against other settings; returns the problem, or <see langword="null"/> if the
    /// value is valid.</summary>
    /// <remarks>Another setting that is invalid has its type's default here, and is reported by itself.</remarks>
    public Func<SettingValues, T, string?> CrossCheck { get; init; } = (_, _) => null;

    public override void Check(SettingValues settings)
    {
        var problems = settings.Problems.Count;
        var value = settings.Get(this);
        if (settings.Problems.Count == problems && CrossCheck(settings, value) is { } problem)
            settings.AddProblem(Key, problem);
    }
}

/// <summary>A setting with a list of values.</summary>
/// <param name="Parse">Parses one item. Throws <see cref="FormatException"/> with a sentence that says what to write
/// instead.</param>
internal sealed record ListSetting<T>(string Key, string Help, string Default, Func<string, T> Parse)
    : Setting(Key, Help, Default, Repeatable: true)
{
    /// <summary>Validates all items together; returns the problem, or <see langword="null"/> if they are
    /// valid.</summary>
    public Func<ImmutableArray<T>, string?> CheckItems { get; init; } = _ => null;

    public override void Check(SettingValues settings)
    {
        // The list is empty if an item is invalid: that item has its own problem.
        if (CheckItems(settings.Get(this)) is { } problem)
            settings.AddProblem(Key, problem);
    }
}
