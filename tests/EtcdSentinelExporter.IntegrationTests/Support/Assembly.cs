using System.Runtime.Versioning;
using Xunit.v3;

// Each collection may run a cluster of three members; more than two of them overload the disk.
[assembly: Parallelization(MaxThreads = 2)]
[assembly: SupportedOSPlatform("linux")]
