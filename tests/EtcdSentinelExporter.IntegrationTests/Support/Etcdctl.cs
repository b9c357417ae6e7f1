namespace EtcdSentinelExporter.IntegrationTests.Support;

/// <summary>etcdctl with the credentials that kubeadm's own health checks use.</summary>
internal sealed class Etcdctl(ClusterOptions options, NodeFolder credentials)
{
    private readonly string[] _tls =
    [
        $"--cacert={credentials.EtcdPki("ca.crt")}",
        $"--cert={credentials.EtcdPki("healthcheck-client.crt")}",
        $"--key={credentials.EtcdPki("healthcheck-client.key")}",
    ];

    // The limit of etcdctl itself is 5 s. One that is among the arguments counts more.
    private static readonly string[] Patient = ["--command-timeout=60s", "--dial-timeout=60s"];

    /// <returns>What it printed.</returns>
    /// <exception cref="InvalidOperationException">It failed; the message holds what it said.</exception>
    public Task<string> RunAsync(IEnumerable<MemberProcess> members, params string[] arguments)
    {
        var endpoints = string.Join(',', members.Select(member => member.ClientUrl.Authority()));
        return CleanProcess.RunAsync(
            options.Binary.Etcdctl, [$"--endpoints={endpoints}", .. options.Tls ? _tls : [], .. Patient, .. arguments]);
    }

    /// <summary>Soon, because it is asked again.</summary>
    public async Task<bool> SucceedsAsync(IEnumerable<MemberProcess> members, params string[] arguments)
    {
        try
        {
            await RunAsync(members, ["--command-timeout=5s", .. arguments]);
            return true;
        }
        catch (InvalidOperationException)
        {
            return false;
        }
    }
}
