using BenchmarkDotNet.Configs;
using BenchmarkDotNet.Diagnosers;
using BenchmarkDotNet.Jobs;
using BenchmarkDotNet.Running;
using BenchmarkDotNet.Toolchains.InProcess.Emit;
using EtcdSentinelExporter.Benchmarks;

// In this process: a benchmark cannot build a second program with the settings of this repository.
var config = DefaultConfig.Instance
    .AddJob(Job.ShortRun.WithToolchain(InProcessEmitToolchain.Instance))
    .AddDiagnoser(MemoryDiagnoser.Default)
    .WithArtifactsPath(Path.Combine(Repo.Root, "artifacts", "benchmarks"));
BenchmarkSwitcher.FromAssembly(typeof(PageBenchmarks).Assembly).Run(args, config);
