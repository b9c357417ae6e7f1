namespace EtcdSentinelExporter.Lab.Situations;

/// <summary>Writes the series of one target.</summary>
/// <param name="labels">Labels of the target.</param>
/// <param name="times">Seconds of each scrape.</param>
/// <param name="isScraped">False where the scrape failed.</param>
internal sealed class SeriesOf(string labels, IReadOnlyList<double> times, Func<double, bool> isScraped)
{
    public List<(string Series, string Values)> Written { get; } = [];

    /// <summary>A value that is absent where it is <see langword="null"/>.</summary>
    public void Add(string name, string more, At<double?> value)
    {
        var values = times.Select(at => isScraped(at) ? value(at) : null).ToArray();
        if (values.Any(one => one is not null))
            Written.Add(($"{name}{{{labels}{(more.Length > 0 ? ", " : "")}{more}}}", Timeline.Of(values)));
    }

    public void Flag(string name, string more, At<bool?> value) =>
        Add(name, more, at => value(at) is { } flag ? (flag ? 1 : 0) : null);

    /// <summary>A counter that grows by so much a second; growth of the scrape's own interval counts.</summary>
    public void Count(string name, string more, At<double> perSecond, At<bool> exists)
    {
        var total = 0.0;
        var last = 0.0;
        var counted = new Dictionary<double, double>();
        foreach (var at in times)
        {
            total += perSecond(at) * (at - last);
            last = at;
            counted[at] = total;
        }
        Add(name, more, at => exists(at) ? Math.Round(counted[at], 6) : null);
    }

    /// <summary>An info series for each value that the label takes.</summary>
    public void Info(string name, At<string?> more)
    {
        foreach (var one in times.Select(at => more(at)).OfType<string>().Distinct(StringComparer.Ordinal))
            Add(name, one, at => string.Equals(more(at), one, StringComparison.Ordinal) ? 1 : null);
    }
}
