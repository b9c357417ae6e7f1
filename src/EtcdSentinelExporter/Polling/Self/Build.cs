using System.Reflection;

namespace EtcdSentinelExporter.Polling.Self;

/// <summary>Version of the exporter.</summary>
/// <param name="Version">As released: <c>0.1.0</c>.</param>
/// <param name="Revision">Commit it was built from; empty if unknown.</param>
internal sealed record Build(string Version, string Revision)
{
    /// <summary>Version of the .NET runtime, which is part of the native binary: <c>10.0.12</c>.</summary>
    public static string Runtime { get; } = Environment.Version.ToString();

    /// <summary>Version, revision if known, and runtime, as text.</summary>
    public string Text => $"{Version} ({(Revision is "" ? "" : $"revision {Revision}, ")}.NET {Runtime})";

    public static Build Current { get; } = Parse(
        typeof(Build).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion ?? "");

    /// <param name="informational">Informational version from the compiler: version, plus sign, commit.</param>
    public static Build Parse(string informational) =>
        informational.Split('+', 2) is [var version, var revision] ? new(version, revision) : new(informational, "");
}
