internal import ServingTypes

/// What a router adjusts from time to time: roles, classes of prefill workers, uplinks.
extension MetricCatalogue {
    static let pools = [
        offloadThreshold, poolCapacity, poolDemand, roleChanges, prefillClassWorkers, siteUtilisation,
        siteQueue, siteSharing,
    ]

    static let offloadThreshold = MetricDescriptor(
        "baton_router_offload_threshold_tokens",
        .gauge,
        .tokens,
        of: .router,
        "Uncached prompt length from which on prefill on another worker is predicted to be faster than on the"
            + " decode worker; +Inf when none that fits is.",
        labels: [.decode]
    )
    static let poolCapacity = MetricDescriptor(
        "baton_pool_capacity",
        .gauge,
        of: .router,
        "Requests per second that the workers of a role could serve, by their costs and the lengths seen"
            + " lately; 0 while unknown.",
        labels: [MetricLabel("role", WorkerRole.self)]
    )
    static let poolDemand = MetricDescriptor(
        "baton_pool_demand",
        .gauge,
        of: .router,
        "Requests per second that come to the workers of a role.",
        labels: [MetricLabel("role", WorkerRole.self)]
    )
    static let roleChanges = MetricDescriptor(
        "baton_role_changes_total",
        .counter,
        of: .router,
        "Changes of a worker's role that the balance of the pools ordered."
    )
    static let prefillClassWorkers = MetricDescriptor(
        "baton_prefill_class_workers",
        .gauge,
        of: .router,
        "Prefill workers, by the prompts that they are meant for.",
        labels: [MetricLabel("prompts", PrefillClassKind.self)]
    )
    static let siteUtilisation = MetricDescriptor(
        "baton_site_utilisation_ratio",
        .gauge,
        .ratio,
        of: .router,
        "Smoothed share of a site's uplink in use; above 1 when more is placed than it carries.",
        labels: [.site, MetricLabel("way", SiteWay.self)]
    )
    static let siteQueue = MetricDescriptor(
        "baton_site_queue_seconds",
        .gauge,
        .seconds,
        of: .router,
        "Time until what was placed over a site's uplink has crossed at its limit: what a further transfer waits.",
        labels: [.site, MetricLabel("way", SiteWay.self)]
    )
    static let siteSharing = MetricDescriptor(
        "baton_site_shares_prefixes",
        .gauge,
        of: .router,
        "1 while prefixes may be fetched over a site's uplink, else 0.",
        labels: [.site, MetricLabel("way", SiteWay.self)]
    )
}
