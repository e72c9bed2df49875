/// What kind of process is at the other end.
public enum PeerKind: UInt8, Hashable, Comparable, Sendable, CaseIterable {
    /// Places requests.
    case router = 1
    /// Computes; which roles it may take is in its certificate.
    case worker = 2
    /// An operator's tool.
    case admin = 3

    /// The word used in errors and logs.
    public var name: String {
        switch self {
        case .router: "router"
        case .worker: "worker"
        case .admin: "admin"
        }
    }

    /// Orders by number, so that both ends name two processes in the same order.
    public static func < (left: Self, right: Self) -> Bool { left.rawValue < right.rawValue }
}
