using System.Runtime.Versioning;
using Xunit;

// Each collection may run a cluster of three members; more than two of them overload the disk.
[assembly: CollectionBehavior(MaxParallelThreads = 2)]
[assembly: SupportedOSPlatform("linux")]
