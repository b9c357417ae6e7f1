using EtcdSentinelExporter.Settings;

namespace EtcdSentinelExporter.Polling;

/// <summary>The three settings that every collector has.</summary>
internal sealed record CollectorSettings
{
    /// <param name="name">The collector's name, and the first word of its keys.</param>
    /// <param name="every">Default of <c>every</c>, as a user would write it.</param>
    /// <param name="timeout">Default of <c>timeout</c>; not longer than <paramref name="every"/>.</param>
    public CollectorSettings(string name, string every, string timeout)
    {
        Enabled = new($"{name}.enabled", $"Enable the {name} collector: `true` or `false`.", "true",
            SettingParsers.Flag);
        Every = new($"{name}.every", $"Poll interval of the {name} collector.", every,
            SettingParsers.Within(SettingParsers.Duration, "1s", "1d"));
        Timeout = new($"{name}.timeout", $"Timeout of a poll of the {name} collector; at most `{name}.every`.",
            timeout,
            SettingParsers.Within(SettingParsers.Duration, "100ms", "1d"))
        {
            // An interval of zero could not be read, and is reported separately.
            CrossCheck = (settings, within) => settings.Get(Every) is { Ticks: > 0 } period && within > period
                ? $"longer than {Every.Key}; lower {name}.timeout, or raise {Every.Key}."
                : null,
        };
    }

    public Setting<bool> Enabled { get; }

    public Setting<TimeSpan> Every { get; }

    public Setting<TimeSpan> Timeout { get; }

    public ImmutableArray<Setting> All => [Enabled, Every, Timeout];

    public Cadence Cadence(SettingValues settings, PollTimeouts timeouts) => new(
        settings.Get(Every), TimeSpan.FromTicks(Math.Max(settings.Get(Timeout).Ticks, timeouts.MinPoll.Ticks)));
}

/// <summary>Lower bounds of poll timeouts. Tests on a busy machine raise them.</summary>
internal sealed record PollTimeouts
{
    /// <summary>Minimum timeout of a poll; overrides a shorter setting of its collector.</summary>
    public TimeSpan MinPoll { get; init; } = TimeSpan.Zero;
}
