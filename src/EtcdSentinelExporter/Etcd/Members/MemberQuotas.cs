using System.Globalization;
using EtcdSentinelExporter.Etcd.Discovery;

namespace EtcdSentinelExporter.Etcd.Members;

/// <summary>Finds the backend quota: the size in bytes at which etcd rejects writes.</summary>
internal static class MemberQuotas
{
    public const string FromStatus = "status";
    public const string FromMetrics = "metrics";
    public const string FromConfig = "config";
    public const string ByDefault = "default";

    /// <summary>etcd's default. See https://etcd.io/docs/v3.6/dev-guide/limit/</summary>
    public const long DefaultBytes = 2L << 30;

    /// <summary>Returns the quota in bytes. Since etcd 3.6 Status alone decides; before, the first of these that has
    /// it: the metrics page, etcd's options, its default.</summary>
    /// <param name="statusQuota">Field 12 of Status: 0 also means "not set", and "not supported" before
    /// 3.6.</param>
    /// <param name="installation">How this member was started; <see langword="null"/> if unknown.</param>
    public static MemberQuota? Find(string version, long statusQuota, EtcdPage? page, EtcdInstallation? installation)
    {
        if (IsAtLeast36(version))
            return Quota(statusQuota, FromStatus);
        return FromPage(page, installation);
    }

    /// <summary>Returns the quota of a member whose Status does not contain it.</summary>
    public static MemberQuota? FromPage(EtcdPage? page, EtcdInstallation? installation)
    {
        if (page?.QuotaBytes is { } measured)
            return Quota(measured, FromMetrics);
        return installation switch
        {
            null or { QuotaIsKnown: false } => null,
            { QuotaBytes: { } configured } => Quota(configured, FromConfig),
            _ => Quota(DefaultBytes, ByDefault),
        };
    }

    private static MemberQuota Quota(long bytes, string source) =>
        new(bytes switch { 0 => DefaultBytes, < 0 => null, _ => bytes }, source);

    /// <summary>True for etcd 3.6 and later.</summary>
    public static bool IsAtLeast36(string version) =>
        version.Split('.') is [var major, var minor, ..]
        && int.TryParse(major, NumberStyles.None, CultureInfo.InvariantCulture, out var x)
        && int.TryParse(minor, NumberStyles.None, CultureInfo.InvariantCulture, out var y)
        && (x, y).CompareTo((3, 6)) >= 0;
}
