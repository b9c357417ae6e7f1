using EtcdSentinelExporter.Cli;

NativeMemory.LimitArenas();
return await CommandLine.RunAsync(args, Surroundings.OfThisProcess());
