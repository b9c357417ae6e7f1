using System.Globalization;

namespace EtcdSentinelExporter.Etcd.Versions;

/// <summary>A version as etcd reports it.</summary>
internal readonly record struct EtcdVersion(int Major, int Minor, int Patch)
{
    /// <summary>Parses <c>3.5.17</c>, also with a suffix such as <c>-rc.1</c> or <c>+dfsg</c>, which is
    /// ignored.</summary>
    /// <returns><see langword="null"/> for any other text.</returns>
    public static EtcdVersion? Parse(string text)
    {
        var numbers = text.Split('-', '+')[0].Split('.');
        return numbers.Length == 3 && Number(numbers[0]) is { } major && Number(numbers[1]) is { } minor
            && Number(numbers[2]) is { } patch
            ? new(major, minor, patch)
            : null;
    }

    /// <summary>Such as <c>3.5</c>.</summary>
    public string MinorText => $"{Major}.{Minor}";

    public bool HasSameMinor(EtcdVersion other) => (Major, Minor) == (other.Major, other.Minor);

    public bool IsBefore(EtcdVersion other) =>
        (Major, Minor, Patch).CompareTo((other.Major, other.Minor, other.Patch)) < 0;

    public override string ToString() => $"{Major}.{Minor}.{Patch}";

    private static int? Number(string text) =>
        int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : null;
}
