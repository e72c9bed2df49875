/// Stands for a tenant where its name is of no use: requests of equal tags share one turn.
///
/// Workers are not told who their tenants are; the router derives the tag from the tenant's name.
public struct TenantTag: RawRepresentable, Hashable, Sendable, Comparable {
    /// Any number.
    public var rawValue: UInt64

    /// Wraps a number.
    public init(rawValue: UInt64) { self.rawValue = rawValue }

    /// The tag of requests that belong to nobody in particular.
    public static let none = TenantTag(rawValue: 0)

    /// Orders by number: a fixed order, no more.
    public static func < (left: Self, right: Self) -> Bool { left.rawValue < right.rawValue }
}
