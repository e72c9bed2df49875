/// Worker to router: this worker's part is over and owes nothing.
public struct WorkEnded: Hashable, Sendable {
    /// The attempt.
    public var attempt: AttemptID
    /// `nil` when the part was done; otherwise why it failed.
    public var failure: ServingError?
    /// What it took.
    public var report: StageReport

    /// Ends a part.
    public init(attempt: AttemptID, failure: ServingError? = nil, report: StageReport) {
        self.attempt = attempt
        self.failure = failure
        self.report = report
    }
}
