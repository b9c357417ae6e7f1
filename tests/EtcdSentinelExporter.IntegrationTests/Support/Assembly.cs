using System.Runtime.Versioning;
using Xunit.v3;

// Most tests wait for programs that wait; more collections at a time, each with a cluster of its own, overload the disk.
[assembly: Parallelization(MaxThreads = 4)]
[assembly: SupportedOSPlatform("linux")]
