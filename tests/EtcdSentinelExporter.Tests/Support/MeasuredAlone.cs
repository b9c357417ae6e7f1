using Xunit;

namespace EtcdSentinelExporter.Tests.Support;

/// <summary>What is allocated is counted for the whole process: nothing else may run meanwhile.</summary>
[CollectionDefinition(nameof(MeasuredAlone), DisableParallelization = true)]
public sealed class MeasuredAlone;
