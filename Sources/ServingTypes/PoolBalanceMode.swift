/// What a router does about pools that do not fit the load.
public enum PoolBalanceMode: Hashable, Sendable, CaseIterable {
    /// Nothing.
    case off
    /// It says which worker should change its role, and why.
    case advise
    /// It lets that worker change.
    case on

    /// The word used in settings and tables.
    public var name: String {
        switch self {
        case .off: "off"
        case .advise: "advise"
        case .on: "on"
        }
    }
}
