/// What a connection is opened for; the side that accepts it repeats the purpose.
public enum ConnectionPurpose: UInt8, Hashable, Sendable, CaseIterable {
    /// Messages between a router and a worker, or between two workers.
    case control = 1
    /// KV chunks, one way, from the side that connects.
    case lane = 2
    /// An operator's questions and orders.
    case admin = 3

    /// The word used in errors and logs.
    public var name: String {
        switch self {
        case .control: "control"
        case .lane: "lane"
        case .admin: "admin"
        }
    }
}
