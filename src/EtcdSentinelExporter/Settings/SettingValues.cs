using System.Collections.Immutable;
using EtcdSentinelExporter.Text;

namespace EtcdSentinelExporter.Settings;

/// <summary>Typed values, and every problem instead of the first.</summary>
/// <remarks>While <see cref="Problems"/> is not empty, a value may be only its type's default: complain and
/// stop.</remarks>
internal sealed class SettingValues(ILookup<string, RawSetting> given, IEnumerable<string>? problems = null)
{
    private readonly List<string> _problems = [.. problems ?? []];

    /// <summary>Sentences that name key, value, origin and remedy; in the order found, each once.</summary>
    public IReadOnlyList<string> Problems => _problems;

    public T Get<T>(Setting<T> setting)
    {
        var values = given[setting.Key].ToList();
        if (values.Count > 1)
        {
            var origins = string.Join(", ", values.Select(v => v.Origin).Distinct(StringComparer.Ordinal));
            Complain(setting.Key, $"given {values.Count} times ({origins}); give it once.");
            return default!;
        }
        return values is [var one] ? Parse(setting.Parse, one)
            : setting.Default is "" ? default!
            : setting.Parse(setting.Default);
    }

    public ImmutableArray<T> Get<T>(ListSetting<T> setting)
    {
        var before = _problems.Count;
        ImmutableArray<T> items = given[setting.Key].Any()
            ? [.. given[setting.Key].Select(one => Parse(setting.Parse, one))]
            : [.. setting.Default.Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(setting.Parse)];
        return _problems.Count == before ? items : [];
    }

    /// <summary>For trouble that shows only between settings.</summary>
    /// <param name="problem">A sentence that says what to write instead.</param>
    public void Complain(string key, string problem)
    {
        var complaint = $"{key}: {problem}";
        if (!_problems.Contains(complaint, StringComparer.Ordinal))
            _problems.Add(complaint);
    }

    private T Parse<T>(Func<string, T> parse, RawSetting one)
    {
        try
        {
            return one.Text.Trim() is not "" ? parse(one.Text)
                : throw new FormatException("an empty value is an error; write one, or leave the setting out.");
        }
        catch (FormatException e)
        {
            Complain(one.Key, $"{Quoted.Text(one.Text)} ({one.Origin}): {e.Message}");
            return default!;
        }
    }
}
