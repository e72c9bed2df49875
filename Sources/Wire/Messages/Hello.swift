public import ServingTypes

/// First message of either side on every connection: what must agree before anything else is said.
///
/// The first six properties keep their meaning in all versions, so that processes of different versions can
/// tell each other so; the rest is read only when the versions are equal.
public struct Hello: Hashable, Sendable {
    /// Where a process accepts connections.
    public struct Listener: Hashable, Sendable {
        /// Host name or numeric address.
        public var host: String
        /// TCP port, never 0.
        public var port: UInt16

        /// Names a place.
        public init(host: String, port: UInt16) {
            self.host = host
            self.port = port
        }
    }

    /// Version of the messages that this build speaks.
    public static let currentVersion: UInt32 = 4

    /// Version of the messages that the sender speaks.
    public var version = Self.currentVersion
    /// What the connection is for.
    public var purpose: ConnectionPurpose
    /// What the sender is.
    public var kind: PeerKind
    /// The sender's name, as in its certificate.
    public var name: String
    /// The sender's boot.
    public var incarnation: Incarnation
    /// The cluster it belongs to.
    public var cluster: String
    /// Digest of the model's weights and vocabulary; `nil` when it has no model, never for a worker.
    public var modelDigest: Bytes128?
    /// Shape of its KV cache; `nil` when it has none, never for a worker.
    public var layout: KVLayout?
    /// Name of the arithmetic of its engine; empty when it has none, never for a worker.
    public var numericsClass = ""
    /// KV codecs that it reads and writes, best first; at least one for a worker.
    public var codecs: [String] = []
    /// Where it accepts connections; `nil` when it does not, never for a worker.
    public var listener: Listener?

    /// A process without model, KV or listener.
    public init(
        purpose: ConnectionPurpose,
        kind: PeerKind,
        name: String,
        incarnation: Incarnation,
        cluster: String
    ) {
        self.purpose = purpose
        self.kind = kind
        self.name = name
        self.incarnation = incarnation
        self.cluster = cluster
    }
}
