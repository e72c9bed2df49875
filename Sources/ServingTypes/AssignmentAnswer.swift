/// Worker to router: whether it takes an assignment.
public struct AssignmentAnswer: Hashable, Sendable {
    /// The attempt.
    public var attempt: AttemptID
    /// `nil` when taken; otherwise why not.
    public var refusal: ServingError?
    /// When it may be worth asking again; `nil` when the worker cannot tell.
    public var retryAfter: Duration?

    /// Takes or refuses an attempt.
    public init(attempt: AttemptID, refusal: ServingError? = nil, retryAfter: Duration? = nil) {
        self.attempt = attempt
        self.refusal = refusal
        self.retryAfter = retryAfter
    }
}
