/// How many decisions are kept, and for how long.
public struct DecisionRetention: Hashable, Sendable {
    /// Most decisions; the oldest go first.
    public var maxRows: Int
    /// Age at which a decision goes.
    public var maxAge: Duration

    /// States both limits.
    public init(maxRows: Int, maxAge: Duration) {
        self.maxRows = maxRows
        self.maxAge = maxAge
    }
}
