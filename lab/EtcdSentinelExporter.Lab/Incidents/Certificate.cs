namespace EtcdSentinelExporter.Lab.Incidents;

internal sealed class Certificate : Incident
{
    private const int Year = 365;

    public override string Name => "certificate";

    public override string Story =>
        "of certificates of a year one has two days left, one has 25, and one was renewed and is not served yet";

    public override TimeSpan Limit => TimeSpan.FromSeconds(450);

    public override Task HappenAsync(DemoLab lab)
    {
        var nodes = lab.ControlPlanes;
        nodes[0].Issue("apiserver", daysLeft: 2, Year);
        nodes[0].ApiServer.Restart();
        nodes[1].Issue("front-proxy-client", daysLeft: 25, Year);
        nodes[2].Issue("apiserver", daysLeft: 25, Year);
        nodes[2].ApiServer.Restart();
        nodes[2].Issue("apiserver", daysLeft: Year);
        return Task.CompletedTask;
    }
}
