using EtcdSentinelExporter.Commands;

NativeMemory.LimitArenas();
return await CommandLine.RunAsync(args, Surroundings.OfThisProcess());
