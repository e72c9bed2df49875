/// How many series are shown of metrics whose labels name workers; what is beyond is counted in
/// `baton_omitted_series`.
enum MetricLimits {
    /// Peers of a worker.
    static let peers = 128
    /// Workers of a router.
    static let workers = 2_048
    /// Links of a router.
    static let links = 4_096
}
