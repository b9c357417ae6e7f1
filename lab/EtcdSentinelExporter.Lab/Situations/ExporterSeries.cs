namespace EtcdSentinelExporter.Lab.Situations;

/// <summary>The page of one exporter, as far as rules read it.</summary>
internal sealed class ExporterSeries(ClusterModel cluster, NodeModel node, SeriesOf page)
{
    private const double WritesASecond = 30;

    private static readonly string[] Collectors = ["members", "storage", "drives", "certificates"];

    public void Write()
    {
        page.Info("etcd_sentinel_build_info", _ => "version=\"0.1.0\"");
        foreach (var collector in Collectors)
        {
            page.Flag("etcd_sentinel_poll_success", $"collector=\"{collector}\"", _ => true);
            page.Add("etcd_sentinel_collector_subjects", $"collector=\"{collector}\"", at => node.HasData(at) ? 1 : 0);
        }
        if (cluster.IsExternal)
        {
            foreach (var member in cluster.Nodes)
                Member(member, $"https://192.0.2.{member.Number}:2379");
        }
        else
        {
            Member(node, "https://127.0.0.1:2379");
            new DiskSeries(node, page).Write();
        }
        Certificates();
        Backups();
    }

    private void Backups()
    {
        const string Of = "path=\"/var/lib/etcd-backup\"";
        page.Flag("etcd_sentinel_backup_expected", "", at => node.NewestBackup(at) is not null);
        page.Add("etcd_sentinel_backup_max_age_seconds", "", _ => 26 * 3600);
        page.Add("etcd_sentinel_backup_newest_timestamp_seconds", Of, at => node.NewestBackup(at));
        page.Add("etcd_sentinel_backup_on_etcd_disk", Of, at => node.NewestBackup(at) is null ? null : 0);
        page.Add("etcd_sentinel_backup_corrupt_timestamp_seconds", $"{Of}, file=\"etcd-1.db\"",
            at => node.HasCorruptBackup(at) ? 1 : null);
    }

    private void Member(NodeModel member, string endpoint)
    {
        var of = $"etcd_endpoint=\"{endpoint}\"";
        bool Answers(double at) => member.HasEtcd(at) && !member.Defragments(at);
        void Value(string name, string more, At<double> value) => page.Add(
            "etcd_sentinel_" + name, more.Length > 0 ? $"{of}, {more}" : of, at => Answers(at) ? value(at) : null);
        void Truth(string name, string more, At<bool> value) => Value(name, more, at => value(at) ? 1 : 0);

        page.Flag("etcd_sentinel_member_up", of, at => node.HasData(at) ? member.HasEtcd(at) : null);
        page.Info("etcd_sentinel_member_failure",
            at => member.HasEtcd(at) || !node.HasData(at) ? null : $"{of}, reason=\"{member.Failure(at)}\"");
        page.Info("etcd_sentinel_member_info", at => !node.HasData(at) ? null
            : $"{of}, member=\"cp-{member.Number}\", member_id=\"{member.MemberId}\", "
                + $"cluster_id=\"{cluster.ClusterId(at)}\", version=\"{member.Version(at)}\", access=\"grpc\"");
        page.Flag("etcd_sentinel_defrag_in_progress", of, at => member.HasEtcd(at) ? member.Defragments(at) : null);
        Truth("member_has_leader", "", at => cluster.HasQuorum(at));
        Truth("member_is_leader", "", _ => member.Number == 1);
        Truth("member_is_learner", "", at => member.IsLearner(at));
        Value("member_raft_term", "", cluster.Term);
        Value("member_raft_index", "", at => 20000 + (WritesASecond * at));
        Value("member_raft_applied_index", "", at => 20000 + (WritesASecond * at) - member.Behind(at));
        Value("member_revision", "", at => 10000 + (WritesASecond * at) - member.Behind(at));
        Value("cluster_members", "role=\"voter\"", cluster.Voters);
        Truth("probe_success", "probe=\"serializable_read\"", _ => true);
        Truth("probe_success", "probe=\"linearizable_read\"", at => cluster.HasQuorum(at));
        Value("db_size_bytes", "", member.DatabaseBytes);
        Value("db_size_in_use_bytes", "", member.LiveBytes);
        Value("db_quota_bytes", "", _ => member.Quota);
        Truth("alarm_active", $"member_id=\"{member.MemberId}\", alarm=\"NOSPACE\"",
            at => cluster.HasNoSpace && member.DatabaseBytes(at) >= member.Quota);
        Value("compactor_last_change_timestamp_seconds", "", at => at - cluster.SinceCompaction(at));
    }

    private void Certificates()
    {
        foreach (var certificate in node.Certificates)
        {
            var of = $"name=\"{certificate.Name}\", kind=\"leaf\", path=\"{certificate.Path}\", index=\"0\"";
            page.Add("etcd_sentinel_certificate_not_before_timestamp_seconds", of, at => certificate.NotBefore(at));
            page.Add("etcd_sentinel_certificate_not_after_timestamp_seconds", of, at => certificate.NotAfter(at));
            page.Flag("etcd_sentinel_component_restart_needed",
                $"component=\"kube-apiserver\", name=\"{certificate.Name}\", path=\"{certificate.Path}\"",
                at => node.NeedsRestart(at));
        }
    }
}
