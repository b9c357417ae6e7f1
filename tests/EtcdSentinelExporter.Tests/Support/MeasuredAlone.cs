using Xunit;

namespace EtcdSentinelExporter.Tests.Support;

/// <summary>Tests that run alone, because allocations are counted for the whole process.</summary>
[CollectionDefinition(nameof(MeasuredAlone), DisableParallelization = true)]
public sealed class MeasuredAlone;
