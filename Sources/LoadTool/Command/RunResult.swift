internal import Workload

/// A run that is summed up.
struct RunResult {
    var report: RunReport
    /// What a reader must know before trusting the figures.
    var notes: [String]
    var isInterrupted: Bool
}
