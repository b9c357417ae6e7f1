using System.Reflection;

namespace EtcdSentinelExporter.Commands;

/// <summary>Which build this is.</summary>
internal static class ProgramVersion
{
    // «0.1.0+<revision>»: the build appends the revision where it knows it.
    private static readonly string[] Parts =
        (Attribute?.InformationalVersion ?? "unknown").Split('+', 2);

    private static AssemblyInformationalVersionAttribute? Attribute =>
        typeof(ProgramVersion).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>();

    public static string Version => Parts[0];

    /// <summary>The commit it was built from; <see langword="null"/> when the build did not know.</summary>
    public static string? Revision => Parts is [_, var revision] ? revision : null;

    public static string Text => Revision is null ? Version : $"{Version} (revision {Revision})";
}
