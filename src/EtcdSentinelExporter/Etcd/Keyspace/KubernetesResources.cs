namespace EtcdSentinelExporter.Etcd.Keyspace;

/// <summary>Where kube-apiserver stores the resources that are built into it.</summary>
/// <remarks>From Kubernetes 1.36 (<c>test/integration/etcd/data.go</c>, and <c>SpecialDefaultResourcePrefixes</c> in
/// <c>pkg/kubeapiserver/default_storage_factory_builder.go</c>, both at 008b365), with one of an older release.
/// What it does not list is found in the gaps.</remarks>
internal static class KubernetesResources
{
    public const string Definitions = "apiextensions.k8s.io/customresourcedefinitions";
    public const string Namespaces = "namespaces";
    public const string Nodes = "nodes";
    public const string Events = "events";
    public const string Leases = "coordination.k8s.io/leases";

    // Most are stored under their name, without their group.
    private static readonly ImmutableArray<(string Group, string Names)> Plain =
    [
        ("", "configmaps events limitranges namespaces persistentvolumeclaims persistentvolumes pods podtemplates "
            + "resourcequotas secrets serviceaccounts"),
        ("admissionregistration.k8s.io", "mutatingadmissionpolicies mutatingadmissionpolicybindings "
            + "mutatingwebhookconfigurations validatingadmissionpolicies validatingadmissionpolicybindings "
            + "validatingwebhookconfigurations"),
        ("apps", "controllerrevisions daemonsets deployments replicasets statefulsets"),
        ("autoscaling", "horizontalpodautoscalers"),
        ("batch", "cronjobs jobs"),
        ("certificates.k8s.io", "certificatesigningrequests clustertrustbundles podcertificaterequests"),
        ("coordination.k8s.io", "leasecandidates leases"),
        ("discovery.k8s.io", "endpointslices"),
        ("flowcontrol.apiserver.k8s.io", "flowschemas prioritylevelconfigurations"),
        ("internal.apiserver.k8s.io", "storageversions"),
        ("networking.k8s.io", "ingressclasses ipaddresses networkpolicies servicecidrs"),
        ("node.k8s.io", "runtimeclasses"),
        ("policy", "poddisruptionbudgets"),
        ("rbac.authorization.k8s.io", "clusterrolebindings clusterroles rolebindings roles"),
        ("resource.k8s.io", "deviceclasses devicetaintrules resourceclaims resourceclaimtemplates "
            + "resourcepoolstatusrequests resourceslices"),
        ("scheduling.k8s.io", "podgroups priorityclasses workloads"),
        ("storage.k8s.io", "csidrivers csinodes csistoragecapacities storageclasses volumeattachments "
            + "volumeattributesclasses"),
        ("storagemigration.k8s.io", "storageversionmigrations"),
    ];

    private static readonly ImmutableArray<KubernetesResource> Special =
    [
        new("endpoints", "services/endpoints"),
        new(Nodes, "minions"),
        new("replicationcontrollers", "controllers"),
        new("services", "services/specs"),
        new("networking.k8s.io/ingresses", "ingress"),
        new("apiregistration.k8s.io/apiservices", "apiregistration.k8s.io/apiservices"),
        new(Definitions, Definitions),
        // Until 1.24.
        new("policy/podsecuritypolicies", "podsecuritypolicy"),
        // Of the API server itself: no objects.
        new("masterleases", "masterleases"),
        new("peerserverleases", "peerserverleases"),
        new("ranges", "ranges"),
    ];

    public static ImmutableArray<KubernetesResource> All { get; } =
    [
        .. Plain.SelectMany(group => group.Names.Split(' ').Select(name => new KubernetesResource(
            group.Group is "" ? name : $"{group.Group}/{name}", name))),
        .. Special,
    ];
}

/// <param name="Name"><c>group/resource</c>; without a group for the core resources.</param>
/// <param name="Path">Where it is below the root, without slashes at the ends.</param>
internal sealed record KubernetesResource(string Name, string Path);
