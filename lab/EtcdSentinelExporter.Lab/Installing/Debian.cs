namespace EtcdSentinelExporter.Lab.Installing;

/// <summary>Programs out of Debian packages, without installing them.</summary>
/// <remarks>The packages of etcd and Prometheus start a service as soon as they are installed, and etcd's would listen
/// on the very port that a real etcd uses. So they are downloaded and unpacked into artifacts/ instead: no service, no
/// root, nothing of the system changes. apt checks signatures and hashes.</remarks>
/// <param name="suite">Another suite of the same mirror, or <see langword="null"/> for that of this machine.</param>
internal sealed class Debian(string? suite = null)
{
    private const string Keys = "/usr/share/keyrings/debian-archive-keyring.gpg";
    private static readonly string[] s_asUser = ["-o", $"APT::Sandbox::User={Environment.UserName}"];

    private readonly string _state =
        Directory.CreateDirectory(Path.Combine(Repo.Artifacts, "apt", suite ?? "own")).FullName;

    // None to use the lists of the system.
    private string[] _configuration = [];

    private string Cache => Directory.CreateDirectory(Path.Combine(_state, "packages")).FullName;

    /// <summary>Unpacks packages below a folder; what was downloaded before is checked and used again.</summary>
    /// <exception cref="LabException">They cannot be fetched; the message has apt's reason.</exception>
    public void Unpack(string target, params string[] packages)
    {
        var names = string.Join(' ', packages);
        var release = suite is null ? "" : $" {suite}";
        Console.WriteLine($"fetching from Debian{release}: {names} (cached in artifacts/apt, verified by apt)");
        if (suite is not null || Shell.Run(Cache, "apt-get", ["-qq", .. s_asUser, "download", .. packages]).Code != 0)
        {
            _configuration = ["-c", WriteConfiguration()];
            Console.WriteLine("fetching package lists into artifacts/apt");
            Shell.Succeed("cannot fetch Debian's package lists", Cache, "apt-get",
                [.. _configuration, "-qq", "-o", "APT::Update::Error-Mode=any", "update"]);
            Shell.Succeed(
                $"cannot fetch {names}", Cache, "apt-get", [.. _configuration, "-qq", "download", .. packages]);
        }
        Console.WriteLine($"unpacking into {Path.GetRelativePath(Repo.Root, target)}");
        Directory.CreateDirectory(target);
        // The folder may have the packages of another release, too. apt prints nothing for a file in its own folder.
        var uris = Shell.Run("/", "apt-get", [.. _configuration, "-qq", "download", "--print-uris", .. packages]).Output;
        foreach (var package in packages)
        {
            var file = FileOf(package, uris) ?? throw new LabException($"apt names no file of {package}: {uris.Trim()}");
            Shell.Succeed($"cannot unpack {file}", Cache, "dpkg", "-x", Path.Combine(Cache, file), target);
        }
    }

    /// <summary>Name of the file of a package.</summary>
    /// <param name="uris">Lines of <c>apt-get download --print-uris</c>: URI, file, size, hash.</param>
    internal static string? FileOf(string package, string uris) =>
        uris.Split('\n').Where(line => line.StartsWith('\'')).Select(line => line.Split(' ').ElementAtOrDefault(1))
            .FirstOrDefault(file => file?.StartsWith($"{package}_", StringComparison.Ordinal) == true);

    /// <summary>Names of the packages that one brings along.</summary>
    public IEnumerable<string> Dependencies(string package) =>
        Shell.Run(Cache, "apt-cache", [.. _configuration, "depends", "--recurse", "-i", package]).Output.Split('\n')
            .Where(line => line.Length > 0 && !char.IsWhiteSpace(line[0]));

    /// <summary>Installs small tools without services. The lists are refreshed only if it fails without.</summary>
    /// <exception cref="LabException">The user may not, or apt failed.</exception>
    public static void Install(params string[] packages)
    {
        var names = string.Join(' ', packages);
        string[] sudo = Environment.IsPrivilegedProcess ? [] : ["sudo"];
        // Without a terminal sudo cannot ask for a password.
        if (sudo.Length > 0 && (Tools.TryFind("sudo") is null
            || (Console.IsErrorRedirected && Shell.Run("/", "sudo", "-n", "true").Code != 0)))
        {
            throw new LabException($"missing: {names}. Only root can install them. Run as root:\n"
                + $"apt-get update && apt-get install --no-install-recommends {names}");
        }
        string[] install = [.. sudo, "apt-get", "install", "-y", "-qq", "--no-install-recommends", .. packages];
        Console.WriteLine($"running: {string.Join(' ', install)}");
        if (Shell.Run("/", install[0], install[1..]).Code == 0)
            return;
        string[] update = [.. sudo, "apt-get", "update", "-qq"];
        Console.WriteLine($"running: {string.Join(' ', update)}, because that did not work");
        Shell.Succeed("cannot fetch Debian's package lists", "/", update[0], update[1..]);
        Shell.Succeed($"cannot install {names}", "/", install[0], install[1..]);
    }

    // A private state of apt beside the system's own, whose proxies and keys still count. Hooks are cleared, because
    // they clean the system's caches.
    private string WriteConfiguration()
    {
        Directory.CreateDirectory(Path.Combine(_state, "lists/partial"));
        Directory.CreateDirectory(Path.Combine(_state, "cache/archives/partial"));
        File.WriteAllText(Path.Combine(_state, "status"), "");
        var sources = "";
        if (suite is not null)
        {
            var options = File.Exists(Keys) ? $"[signed-by={Keys}]" : "";
            File.WriteAllText($"{_state}/sources.list", $"deb {options} {Mirror()} {suite} main\n");
            sources = $"Dir::Etc::sourcelist \"{_state}/sources.list\";\nDir::Etc::sourceparts \"-\";\n";
        }
        var file = Path.Combine(_state, "apt.conf");
        File.WriteAllText(file, $"""
            Dir::State "{_state}";
            Dir::State::lists "{_state}/lists";
            Dir::State::status "{_state}/status";
            Dir::Cache "{_state}/cache";
            APT::Sandbox::User "{Environment.UserName}";
            Acquire::Retries "1";
            Acquire::http::Timeout "20";
            Acquire::https::Timeout "20";
            #clear APT::Update::Post-Invoke;
            #clear APT::Update::Post-Invoke-Success;
            {sources}
            """);
        return file;
    }

    // Address of the Debian mirror of this machine.
    private static string Mirror()
    {
        var codename = File.ReadAllLines("/etc/os-release").Select(line => line.Split('='))
            .FirstOrDefault(pair => pair[0] == "VERSION_CODENAME")?[1].Trim('"');
        string[] targets = ["indextargets", "--format", "$(RELEASE)|$(COMPONENT)|$(REPO_URI)", "Created-By: Packages"];
        return Shell.Run("/", "apt-get", targets).Output.Split('\n').Select(line => line.Split('|'))
            .FirstOrDefault(words => words is [var release, "main", _] && release == codename)?[2]
            ?? throw new LabException("apt has no Debian mirror on this machine");
    }
}
