using EtcdSentinelExporter.Cli;

NativeMemory.LimitArenas();
return await CommandLine.RunAsync(args, CommandContext.OfThisProcess());
