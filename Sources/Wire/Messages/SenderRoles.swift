/// Roles that a process may act in towards its peers, as its certificate states them.
public struct SenderRoles: OptionSet, Hashable, Sendable, CustomStringConvertible {
    /// One bit per role.
    public let rawValue: UInt8

    /// Wraps bits.
    public init(rawValue: UInt8) { self.rawValue = rawValue }

    /// Places requests.
    public static let router = SenderRoles(rawValue: 1)
    /// Computes prompts.
    public static let prefill = SenderRoles(rawValue: 2)
    /// Generates.
    public static let decode = SenderRoles(rawValue: 4)
    /// An operator's tool.
    public static let admin = SenderRoles(rawValue: 8)
    /// A worker of either role.
    public static let worker: SenderRoles = [.prefill, .decode]
    /// Everyone.
    public static let all: SenderRoles = [.router, .worker, .admin]

    /// The words used in certificates, joined by commas.
    public var description: String {
        let names: [(SenderRoles, String)] = [
            (.router, "router"), (.prefill, "prefill"), (.decode, "decode"), (.admin, "admin"),
        ]
        return names.filter { contains($0.0) }.map(\.1).joined(separator: ",")
    }
}
