/// What a router does about pools that do not fit the load.
public enum PoolBalanceMode: UInt8, Hashable, Sendable, CaseIterable {
    /// Nothing.
    case off = 1
    /// It says which worker should change its role, and why.
    case advise = 2
    /// It lets that worker change.
    case on = 3

    /// The word used in settings and tables.
    public var name: String {
        switch self {
        case .off: "off"
        case .advise: "advise"
        case .on: "on"
        }
    }
}
