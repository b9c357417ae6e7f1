using System.CommandLine;
using EtcdSentinelExporter.Lab;
using EtcdSentinelExporter.Lab.Browsing;
using EtcdSentinelExporter.Lab.Dashboards;
using EtcdSentinelExporter.Lab.Fuzzing;
using EtcdSentinelExporter.Lab.Incidents;
using EtcdSentinelExporter.Lab.Installing;
using EtcdSentinelExporter.Lab.Measurements;
using EtcdSentinelExporter.Lab.Situations;
using EtcdSentinelExporter.Lab.Soaking;
using EtcdSentinelExporter.Lab.Testing;

var lab = new RootCommand("Runs etcd clusters on loopback, with exporters, Prometheus and incidents.")
{
    DemoCommand.Create(),
    ClusterCommand.Create(),
    InstallCommands.CreateInstall(),
    InstallCommands.CreateFetch(),
    InstallCommands.CreateUnpack(),
    BenchCommand.Create(),
    BenchCommand.CreateOddClusters(),
    DashboardsCommand.Create(),
    DrawIncidentCommand.Create(),
    ScreenshotsCommand.Create(),
    TestCommands.CreateRunTests(),
    TestCommands.CreateContainerCheck(),
    FuzzCommand.Create(TimeProvider.System),
    SituationsCommand.Create(),
    SoakCommand.Create(),
};
return await LabCommandLine.RunAsync(lab, args);
