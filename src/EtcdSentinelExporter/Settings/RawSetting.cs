namespace EtcdSentinelExporter.Settings;

/// <summary>One unparsed value of a setting, with its origin.</summary>
/// <param name="Text">The text as the user wrote it.</param>
/// <param name="Origin"><c>--etcd.cert-file</c>, <c>ETCDSENTINEL_ETCD_CERT_FILE</c> or <c>config.yaml:12</c>.</param>
internal sealed record RawSetting(string Key, string Text, string Origin);

/// <summary>All values of one source (command line, environment or file), and the problems found in it.</summary>
internal sealed record RawSettings(IReadOnlyList<RawSetting> Values, IReadOnlyList<string> Problems)
{
    public static RawSettings None { get; } = new([], []);
}
