internal import ServingTypes

/// What `baton-bench metrics` measures.
struct MetricsOptions {
    var workers: Int
    /// Paths that each worker reports.
    var paths: Int
    var streams: Int
    /// Tokens of each answer.
    var tokens: Int
    /// Between two tokens of an answer.
    var interval: Duration
    /// Rounds; in each the streams run once without and once with scrapes.
    var rounds: Int
    /// Between the end of a scrape and the next.
    var pause: Duration
    var vllmNames: Bool
    var model: String
    /// Folder of the daemons; `nil` for that of this program.
    var programs: String?
}
