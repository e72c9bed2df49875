/// Either side of a transfer to the other: this transfer is over without hand-off.
public struct KVAbort: Hashable, Sendable {
    /// The attempt.
    public var attempt: AttemptID
    /// Why.
    public var error: ServingError

    /// Ends a transfer.
    public init(attempt: AttemptID, error: ServingError) {
        self.attempt = attempt
        self.error = error
    }
}
