using EtcdSentinelExporter.Text;

namespace EtcdSentinelExporter.Settings;

/// <summary>Parses values on request and collects all problems, not only the first.</summary>
/// <remarks>An invalid value is returned as its type's default. So print <see cref="Problems"/> and exit if there are
/// any.</remarks>
internal sealed class SettingValues(ILookup<string, RawSetting> raw, IEnumerable<string>? problems = null)
{
    private readonly List<string> _problems = [.. problems ?? []];

    /// <summary>Sentences that name key, value, origin and remedy; in the order found, without duplicates.</summary>
    public IReadOnlyList<string> Problems => _problems;

    /// <summary>The values that were set, as the user wrote them.</summary>
    public IEnumerable<RawSetting> Given => raw.SelectMany(values => values);

    public T Get<T>(Setting<T> setting)
    {
        var values = raw[setting.Key].ToList();
        if (values.Count > 1)
        {
            var origins = string.Join(", ", values.Select(v => v.Origin).Distinct(StringComparer.Ordinal));
            AddProblem(setting.Key, $"set {values.Count} times ({origins}); set it once.");
            return default!;
        }
        return values is [var value] ? Parse(setting.Parse, value)
            : setting.Default is "" ? default!
            : setting.Parse(setting.Default);
    }

    public ImmutableArray<T> Get<T>(ListSetting<T> setting)
    {
        var before = _problems.Count;
        ImmutableArray<T> items = raw[setting.Key].Any()
            ? [.. raw[setting.Key].Select(value => Parse(setting.Parse, value))]
            : [.. setting.Default.Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(setting.Parse)];
        return _problems.Count == before ? items : [];
    }

    /// <summary>Adds a problem that parsing a single value cannot find, such as two settings that conflict.</summary>
    /// <param name="problem">A sentence that says what to write instead.</param>
    public void AddProblem(string key, string problem)
    {
        var line = $"{key}: {problem}";
        if (!_problems.Contains(line, StringComparer.Ordinal))
            _problems.Add(line);
    }

    private T Parse<T>(Func<string, T> parse, RawSetting value)
    {
        try
        {
            return value.Text.Trim() is not "" ? parse(value.Text)
                : throw new FormatException("the value is empty; write one, or leave the setting out.");
        }
        catch (FormatException e)
        {
            AddProblem(value.Key, $"{Quoted.Text(value.Text)} ({value.Origin}): {e.Message}");
            return default!;
        }
    }
}
