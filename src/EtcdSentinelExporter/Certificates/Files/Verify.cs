using EtcdSentinelExporter.Certificates.Profiles;

namespace EtcdSentinelExporter.Certificates.Files;

/// <summary>The command that prints when the certificate in a file ends.</summary>
internal static class Verify
{
    private const string Decoded = "base64 -d | openssl x509 -noout -enddate";

    public static string Of(string profile, string path, FileRole role)
    {
        var file = Quoted(path);
        // Talos has no shell to log in to, only its API.
        var isTalos = profile == "talos";
        if (IsKubeconfig(path, role))
        {
            // Flattened, so that a certificate in a file of its own is embedded too; the key is not printed. Talos
            // always embeds, and kubectl reads no kubeconfig out of a pipe.
            return isTalos
                ? $"talosctl read {file} | awk '/client-certificate-data/ {{print $2}}' | {Decoded}"
                : $"kubectl config view --kubeconfig={file} --raw --minify --flatten"
                    + $" -o jsonpath='{{.users[0].user.client-certificate-data}}' | {Decoded}";
        }
        return isTalos
            ? $"talosctl read {file} | openssl x509 -noout -enddate"
            : $"openssl x509 -noout -enddate -in {file}";
    }

    /// <summary>One word for a shell, whatever is in it: anyone may name a file in a folder that is watched.</summary>
    public static string Quoted(string path) => $"'{path.Replace("'", "'\\''", StringComparison.Ordinal)}'";

    /// <summary>Whether a file is read as a kubeconfig: by its role, and by its name where nobody gave
    /// it one.</summary>
    public static bool IsKubeconfig(string path, FileRole role) => role is FileRole.Kubeconfig
        || (role is FileRole.Unknown
            && (Path.GetExtension(path) is ".conf" or ".kubeconfig" or ".yaml" or ".json"
                || Path.GetFileName(path) is "kubeconfig"));
}
