/// One boot of one worker: what messages are addressed to and accepted from.
public struct WorkerRef: Hashable, Comparable, Sendable, CustomStringConvertible {
    /// The worker.
    public var id: WorkerID
    /// Its boot.
    public var incarnation: Incarnation

    /// Names one boot of a worker.
    public init(id: WorkerID, incarnation: Incarnation) {
        self.id = id
        self.incarnation = incarnation
    }

    /// `<name>@<incarnation>`.
    public var description: String { "\(id)@\(incarnation)" }

    /// Orders by name, then by boot.
    public static func < (left: Self, right: Self) -> Bool {
        (left.id, left.incarnation) < (right.id, right.incarnation)
    }
}
