using System.Collections.Immutable;

namespace EtcdSentinelExporter.Lab.Situations;

/// <summary>A control-plane node with its exporter, its member and its disk.</summary>
internal sealed record NodeModel(int Number)
{
    public const double GiB = 1 << 30;

    /// <summary>Prometheus has the target.</summary>
    public At<bool> IsTarget { get; init; } = _ => true;

    /// <summary>The exporter answers.</summary>
    public At<bool> HasExporter { get; init; } = _ => true;

    /// <summary>etcd answers, on its page too.</summary>
    public At<bool> HasEtcd { get; init; } = _ => true;

    /// <summary>A local read works; a member that lost its quorum and restarted answers nothing.</summary>
    public At<bool> IsLearner { get; init; } = _ => false;

    /// <summary>Reason of a failed poll.</summary>
    public At<string> Failure { get; init; } = _ => "unreachable";

    public At<string> Version { get; init; } = _ => "3.5.16";

    public At<bool> Defragments { get; init; } = _ => false;

    /// <summary>Bucket of nearly all fsyncs, in milliseconds: 4, 64, 256 or 512.</summary>
    public At<int> Fsync { get; init; } = _ => 4;

    /// <summary>Mean flush in seconds.</summary>
    public At<double> Flush { get; init; } = _ => 0.001;

    /// <summary>Entries that it is behind the others.</summary>
    public At<double> Behind { get; init; } = _ => 0;

    public At<double> DatabaseBytes { get; init; } = _ => 0.2 * GiB;

    public At<double> LiveBytes { get; init; } = _ => 0.15 * GiB;

    public double Quota { get; init; } = 2 * GiB;

    public double DiskBytes { get; init; } = 100 * GiB;

    public At<double> FreeBytes { get; init; } = _ => 60 * GiB;

    public At<bool> IsReadOnly { get; init; } = _ => false;

    public At<bool> HasData { get; init; } = _ => true;

    public ImmutableArray<DriveModel> Drives { get; init; } = [new("sda")];

    public ImmutableArray<CertificateModel> Certificates { get; init; } = [CertificateModel.Kubeadm];

    /// <summary>Time of its newest snapshot in seconds since the beginning; <see langword="null"/> if it has
    /// none.</summary>
    public At<double?> NewestBackup { get; init; } = _ => null;

    /// <summary>True if its newest snapshot is damaged.</summary>
    public At<bool> HasCorruptBackup { get; init; } = _ => false;

    /// <summary>A renewed certificate was not loaded yet.</summary>
    public At<bool> NeedsRestart { get; init; } = _ => false;

    public string Host => $"10.0.0.{Number + 10}";

    public string MemberId => $"a{Number}";
}

/// <summary>A drive under etcd.</summary>
internal sealed record DriveModel(string Device)
{
    public At<bool> Exists { get; init; } = _ => true;

    public At<bool> IsHealthy { get; init; } = _ => true;

    public double Wear { get; init; } = 0.2;

    public At<double> Timeouts { get; init; } = _ => 0;

    public double MediaErrors { get; init; }

    public string Via { get; init; } = "partition";
}

/// <summary>A certificate file; times in seconds since the beginning.</summary>
internal sealed record CertificateModel(string Name, string Path, At<double> NotBefore, At<double> NotAfter)
{
    public const double Day = 86400;

    public static CertificateModel Kubeadm { get; } =
        new("apiserver", "/etc/kubernetes/pki/apiserver.crt", _ => -65 * Day, _ => 300 * Day);
}
