namespace EtcdSentinelExporter.Host;

/// <summary>The host's files, as three trees.</summary>
/// <param name="Root">The host's root; paths are those of the host.</param>
/// <param name="Proc">The host's <c>/proc</c>.</param>
/// <param name="Sys">The host's <c>/sys</c>.</param>
internal sealed record NodeRoots(HostFiles Root, HostFiles Proc, HostFiles Sys);
