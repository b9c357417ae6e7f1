using EtcdSentinelExporter.Certificates.Profiles;

namespace EtcdSentinelExporter.Certificates.Files;

/// <summary>Builds the command that prints the expiry date of the certificate in a file.</summary>
internal static class Verify
{
    private const string Decoded = "base64 -d | openssl x509 -noout -enddate";

    public static string Of(string profile, string path, FileRole role)
    {
        var file = Quoted(path);
        // Talos has no shell, only its API.
        var isTalos = profile == "talos";
        if (IsKubeconfig(path, role))
        {
            // --flatten embeds a certificate from a referenced file too; the key is not printed. Talos always embeds,
            // and kubectl cannot read a kubeconfig from a pipe.
            return isTalos
                ? $"talosctl read {file} | awk '/client-certificate-data/ {{print $2}}' | {Decoded}"
                : $"kubectl config view --kubeconfig={file} --raw --minify --flatten"
                    + $" -o jsonpath='{{.users[0].user.client-certificate-data}}' | {Decoded}";
        }
        return isTalos
            ? $"talosctl read {file} | openssl x509 -noout -enddate"
            : $"openssl x509 -noout -enddate -in {file}";
    }

    /// <summary>Quotes a path as one shell word. File names are untrusted text.</summary>
    public static string Quoted(string path) => $"'{path.Replace("'", "'\\''", StringComparison.Ordinal)}'";

    /// <summary>Returns true if a file is parsed as a kubeconfig: by its role, or by its name if the role is
    /// unknown.</summary>
    public static bool IsKubeconfig(string path, FileRole role) => role is FileRole.Kubeconfig
        || (role is FileRole.Unknown
            && (Path.GetExtension(path) is ".conf" or ".kubeconfig" or ".yaml" or ".json"
                || Path.GetFileName(path) is "kubeconfig"));
}
