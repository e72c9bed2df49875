/// What every process shows.
extension MetricCatalogue {
    static let process = [
        certificateExpiry, linksRefused, omittedSeries, buildInfo,
    ]

    static let certificateExpiry = MetricDescriptor(
        "baton_certificate_expiry_timestamp_seconds",
        .gauge,
        .timestampSeconds,
        of: .both,
        "When the process's own certificate expires, in seconds since 1970."
    )
    static let linksRefused = MetricDescriptor(
        "baton_links_refused_total",
        .counter,
        of: .both,
        "Connections that were turned away before or at their greeting."
    )
    static let omittedSeries = MetricDescriptor(
        "baton_omitted_series",
        .gauge,
        of: .both,
        "Workers and paths that exist and are left out, because a label shows only so many."
    )
    static let buildInfo = MetricDescriptor(
        "baton_build_info",
        .gauge,
        of: .both,
        "1, with the release of the process.",
        labels: [.version]
    )
}
