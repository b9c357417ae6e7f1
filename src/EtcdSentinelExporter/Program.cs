using EtcdSentinelExporter.Commands;

return await CommandLine.RunAsync(args, Surroundings.OfThisProcess());
