namespace EtcdSentinelExporter.Etcd.Client;

/// <summary>A user of etcd with a password, from the settings.</summary>
/// <param name="PasswordFile">Host path; a final line break is not part of the password.</param>
internal sealed record EtcdUser(string Name, string PasswordFile);
