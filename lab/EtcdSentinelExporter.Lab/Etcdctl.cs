namespace EtcdSentinelExporter.Lab;

/// <summary>Runs etcdctl with the credentials of kubeadm's health checks.</summary>
internal sealed class Etcdctl(ClusterOptions options, NodeFolder credentials)
{
    private readonly string[] _tls =
    [
        $"--cacert={credentials.EtcdPki("ca.crt")}",
        $"--cert={credentials.EtcdPki("healthcheck-client.crt")}",
        $"--key={credentials.EtcdPki("healthcheck-client.key")}",
    ];

    // The default timeout of etcdctl is 5 s. A timeout in the arguments wins.
    private static readonly string[] Patient = ["--command-timeout=60s", "--dial-timeout=60s"];

    /// <returns>The output.</returns>
    /// <exception cref="InvalidOperationException">etcdctl failed; the message has its output.</exception>
    public Task<string> RunAsync(IEnumerable<MemberProcess> members, string[] arguments, string input = "")
    {
        var endpoints = string.Join(',', members.Select(member => member.ClientUrl.Authority()));
        return CleanProcess.RunAsync(
            options.Binary.Etcdctl, [$"--endpoints={endpoints}", .. options.Tls ? _tls : [], .. Patient, .. arguments],
            input);
    }

    /// <summary>With a short timeout, because the caller retries.</summary>
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
