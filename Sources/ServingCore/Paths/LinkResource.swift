/// A part of the way between two workers that may be shared.
public enum LinkResource: UInt8, Hashable, Sendable {
    /// The pair's own path.
    case path
    /// Everything that the sender sends.
    case egress
    /// Everything that the receiver receives.
    case ingress
    /// Everything that the sender's site sends to other sites.
    case siteUplinkOut
    /// Everything that the receiver's site receives from other sites.
    case siteUplinkIn
}
