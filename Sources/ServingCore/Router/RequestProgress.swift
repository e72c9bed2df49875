import ServingTypes

/// A request that is not over, and what was tried for it.
public struct RequestProgress: Sendable {
    /// Its identity.
    public var request: RequestID
    /// Where it stands.
    public var status: RequestStatus
    /// Attempts, oldest first, the running one last; of many the latest.
    ///
    /// The end of one that runs means nothing.
    public var attempts: [AttemptRecord]
}
