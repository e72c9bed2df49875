public import ServingTypes
public import Transport
public import Wire

/// The process at the other end of a link, as its certificate proves and its greeting says.
///
/// A class, because it is handed on with every message and never changes.
public final class LinkPeer: Sendable {
    /// What it said of itself; checked against the certificate.
    public let hello: Hello
    /// What its certificate permits.
    public let certificate: PeerIdentity
    /// Whether this side dialed.
    public let isDialed: Bool
    /// Numeric address and port.
    public let address: String

    /// The boot of the worker at the other end.
    public let worker: WorkerRef
    /// What it may send.
    public let senderRoles: SenderRoles

    init(hello: Hello, certificate: PeerIdentity, isDialed: Bool, address: String) {
        self.hello = hello
        self.certificate = certificate
        self.isDialed = isDialed
        self.address = address
        worker = WorkerRef(id: WorkerID(rawValue: hello.name), incarnation: hello.incarnation)
        senderRoles = SenderRoles(certificate.roles)
    }
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
