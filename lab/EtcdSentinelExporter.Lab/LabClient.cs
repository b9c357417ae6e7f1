using System.Collections.Immutable;
using EtcdSentinelExporter.Etcd.Client;

namespace EtcdSentinelExporter.Lab;

/// <summary>The exporter's own client to one member, with the credentials of kubeadm's health checks.</summary>
internal sealed class LabClient : IDisposable
{
    private readonly EtcdLinks _links = new(
        File.ReadAllBytes, EtcdTimeouts.Default, PageAllowance.ForProbes, TimeProvider.System);

    public LabClient(MemberProcess member)
    {
        var isSecure = member.ClientUrl.Scheme == Uri.UriSchemeHttps;
        Target = new(
            EtcdEndpoint.Parse(member.ClientUrl.Authority()), FileOf("ca.crt"), FileOf("healthcheck-client.crt"),
            FileOf("healthcheck-client.key"), member.MetricsUrl, Installation: null);
        Link = _links.To(ImmutableArray.Create(Target))[0];

        string? FileOf(string name) => isSecure ? member.Node.EtcdPki(name) : null;
    }

    public EtcdTarget Target { get; }

    public EtcdLink Link { get; }

    public EtcdClient Etcd => Link.Client;

    public void Dispose() => _links.Dispose();
}
