using System.Globalization;
using EtcdSentinelExporter.Settings;

namespace EtcdSentinelExporter.Backups;

/// <summary>Longest time between two runs of a schedule in the format of cron, as k3s and RKE2 read it.</summary>
internal static class CronSchedule
{
    private const string Every = "@every ";
    private const int DaysOfYear = 366;

    /// <returns><see langword="null"/> if the text is no schedule that is known here.</returns>
    public static TimeSpan? LongestGap(string text) => text switch
    {
        "@hourly" => TimeSpan.FromHours(1),
        "@daily" or "@midnight" => TimeSpan.FromDays(1),
        "@weekly" => TimeSpan.FromDays(7),
        "@monthly" => TimeSpan.FromDays(31),
        "@yearly" or "@annually" => TimeSpan.FromDays(DaysOfYear),
        _ when text.StartsWith(Every, StringComparison.Ordinal) => Duration(text[Every.Length..]),
        _ => OfFields(text.Split(' ', StringSplitOptions.RemoveEmptyEntries)),
    };

    private static TimeSpan? Duration(string text)
    {
        try
        {
            return DurationText.Parse(text);
        }
        catch (FormatException)
        {
            return null;
        }
    }

    private static TimeSpan? OfFields(string[] fields) =>
        fields.Length == 5
            && Values(fields[0], 0, 59) is { IsEmpty: false } minutes
            && Values(fields[1], 0, 23) is { IsEmpty: false } hours
            && Values(fields[2], 1, 31) is { IsEmpty: false } days
            && Values(fields[3], 1, 12) is { IsEmpty: false } months
            && Values(fields[4], 0, 7) is { IsEmpty: false } weekdays
            ? Gap(
                [.. from hour in hours from minute in minutes select (hour * 60) + minute],
                date => months.Contains(date.Month) && IsDay(fields, days, weekdays, date))
            : null;

    // If both are restricted, either is enough.
    private static bool IsDay(
        string[] fields, ImmutableSortedSet<int> days, ImmutableSortedSet<int> weekdays, DateOnly date)
    {
        var isDay = days.Contains(date.Day);
        var isWeekday = weekdays.Contains((int)date.DayOfWeek)
            || (date.DayOfWeek is DayOfWeek.Sunday && weekdays.Contains(7));
        return fields[2][0] == '*' || fields[4][0] == '*' ? isDay && isWeekday : isDay || isWeekday;
    }

    /// <param name="times">Minutes of a day.</param>
    /// <param name="isDue">True for the days.</param>
    private static TimeSpan? Gap(int[] times, Predicate<DateOnly> isDue)
    {
        // Two years, of which one is a leap year: a schedule of 29 February is none.
        var first = new DateOnly(2027, 1, 1);
        var days = Enumerable.Range(0, 2 * DaysOfYear).Where(day => isDue(first.AddDays(day))).ToArray();
        if (days.Length < 2)
            return null;
        var within = times.Zip(times.Skip(1), (one, next) => next - one).Append(0).Max();
        var between = days.Zip(days.Skip(1), (one, next) => next - one).Max();
        return TimeSpan.FromMinutes(Math.Max(within, (between * 24 * 60) + times[0] - times[^1]));
    }

    /// <summary>Values of one field: <c>*</c>, <c>*/5</c>, <c>1-5</c>, <c>1-5/2</c>, <c>1,3</c>.</summary>
    /// <returns>Empty if it is invalid.</returns>
    private static ImmutableSortedSet<int> Values(string field, int min, int max)
    {
        var values = ImmutableSortedSet.CreateBuilder<int>();
        foreach (var part in field.Split(','))
        {
            var range = part.Split('/');
            if (range.Length > 2 || Range(range[0], min, max) is not (var from, var to)
                || Number(range.Length == 2 ? range[1] : "1") is not (> 0 and var step))
            {
                return [];
            }
            for (var value = from; value <= (range.Length == 2 && from == to ? max : to); value += step)
                values.Add(value);
        }
        return values.ToImmutable();
    }

    private static (int From, int To)? Range(string text, int min, int max)
    {
        if (text is "*" or "?")
            return (min, max);
        var ends = text.Split('-');
        return Number(ends[0]) is { } from && Number(ends[^1]) is { } to && ends.Length <= 2
            && from >= min && from <= to && to <= max
            ? (from, to)
            : null;
    }

    private static int? Number(string text) =>
        int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : null;
}
