namespace EtcdSentinelExporter.Metrics;

/// <summary>One sample of a family, ready for the page.</summary>
/// <param name="Labels">Valid label values, one per label of the family; never changed.</param>
/// <param name="Value">In the unit of the family; 0 in a histogram family.</param>
/// <param name="Histogram">All series of one label set of a histogram family; otherwise
/// <see langword="null"/>.</param>
internal readonly record struct Sample(string[] Labels, double Value, Histogram? Histogram = null);
