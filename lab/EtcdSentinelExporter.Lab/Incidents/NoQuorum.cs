namespace EtcdSentinelExporter.Lab.Incidents;

internal sealed class NoQuorum : Incident
{
    public override string Name => "no-quorum";

    public override string Story => "two of three members are stopped";

    public override TimeSpan Limit => TimeSpan.FromSeconds(270);

    public override Task HappenAsync(DemoLab lab)
    {
        lab.Cluster.Members[1].Kill();
        lab.Cluster.Members[2].Kill();
        return Task.CompletedTask;
    }
}
