namespace EtcdSentinelExporter.Host;

/// <summary>The three trees of the host's files.</summary>
/// <param name="Root">The host's root.</param>
/// <param name="Proc">The host's <c>/proc</c>.</param>
/// <param name="Sys">The host's <c>/sys</c>.</param>
internal sealed record NodeRoots(HostFiles Root, HostFiles Proc, HostFiles Sys);
