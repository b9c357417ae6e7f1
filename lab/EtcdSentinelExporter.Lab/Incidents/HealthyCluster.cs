namespace EtcdSentinelExporter.Lab.Incidents;

internal sealed class HealthyCluster(TimeSpan duration) : Incident
{
    public override string Name => Healthy;

    public override string Story => "kubeadm's exact flags, steady writes, a compactor: nothing may fire";

    public override TimeSpan Limit => duration + TimeSpan.FromMinutes(1);

    public override TimeSpan AtLeast => duration;

    public override int Pages => 0;

    public override Task HappenAsync(DemoLab lab) => Task.CompletedTask;
}
