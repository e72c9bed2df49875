public import ServingTypes
public import Transport
public import Wire

/// The process at the other end of a link, as its certificate proves and its greeting says.
public struct LinkPeer: Sendable {
    /// What it said of itself; checked against the certificate.
    public let hello: Hello
    /// What its certificate permits.
    public let certificate: PeerIdentity
    /// Whether this side dialed.
    public let isDialed: Bool
    /// Numeric address and port.
    public let address: String

    /// The boot of the worker at the other end.
    public var worker: WorkerRef {
        WorkerRef(id: WorkerID(rawValue: hello.name), incarnation: hello.incarnation)
    }

    /// What it may send.
    public var senderRoles: SenderRoles { SenderRoles(certificate.roles) }
}

extension SenderRoles {
    /// The sending roles among those of a certificate.
    init(_ roles: Set<PeerRole>) {
        self = []
        if roles.contains(.router) { insert(.router) }
        if roles.contains(.prefill) { insert(.prefill) }
        if roles.contains(.decode) { insert(.decode) }
        if roles.contains(.admin) { insert(.admin) }
    }
}
