using System.Reflection;

namespace EtcdSentinelExporter.Polling.Self;

/// <summary>Which program this is.</summary>
/// <param name="Version">As released: <c>0.1.0</c>.</param>
/// <param name="Revision">Commit it was built from; empty when the build did not know.</param>
internal sealed record Build(string Version, string Revision)
{
    /// <summary>Version of the .NET runtime, which the native file has inside: <c>10.0.12</c>.</summary>
    public static string Runtime { get; } = Environment.Version.ToString();

    /// <summary>Version, revision where it is known, and runtime: for people.</summary>
    public string Text => $"{Version} ({(Revision is "" ? "" : $"revision {Revision}, ")}.NET {Runtime})";

    public static Build Current { get; } = Parse(
        typeof(Build).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion ?? "");

    /// <param name="informational">What the compiler writes: version, a plus sign, commit.</param>
    public static Build Parse(string informational) =>
        informational.Split('+', 2) is [var version, var revision] ? new(version, revision) : new(informational, "");
}
