namespace EtcdSentinelExporter.Settings;

/// <summary>One value of one setting, and where it stands.</summary>
/// <param name="Text">As it was written, not yet read.</param>
/// <param name="Origin"><c>--etcd.cert-file</c>, <c>ETCDSENTINEL_ETCD_CERT_FILE</c> or <c>config.yaml:12</c>.</param>
internal sealed record RawSetting(string Key, string Text, string Origin);

/// <summary>What one source holds: its values, and what is wrong with it.</summary>
internal sealed record RawSettings(IReadOnlyList<RawSetting> Values, IReadOnlyList<string> Problems)
{
    public static RawSettings None { get; } = new([], []);
}
