import Synchronization

/// This process's certificates, loaded and checked, for every connection it makes or accepts.
public final class TLSIdentity: Sendable {
    /// Where the files are.
    public let settings: TLSSettings
    private let current: Mutex<TLSContext>

    /// Loads and checks the files that `settings` names.
    ///
    /// - Throws: ``TLSError`` if a file is unreadable, key and certificate differ, the certificate does not
    ///   name exactly one identity, or it would be refused by a peer with the same authorities.
    public init(settings: TLSSettings) throws(TLSError) {
        self.settings = settings
        current = Mutex(try TLSContext.load(settings))
    }

    /// Who this process is.
    public var peerIdentity: PeerIdentity { context.identity }

    /// Seconds since 1970 at which the own certificate expires.
    public var expiryUnixSeconds: Int64 { context.expiryUnixSeconds }

    /// Serial number of the own certificate, in hexadecimal.
    public var serial: String { context.serial }

    /// Reads the files again; new handshakes use them, established connections go on.
    ///
    /// - Throws: ``TLSError``; the certificates loaded before then stay in use. Cluster and
    ///   name must not change.
    public func reload() throws(TLSError) {
        let loaded = try TLSContext.load(settings)
        let own = peerIdentity
        guard loaded.identity.cluster == own.cluster, loaded.identity.name == own.name else {
            throw .ownCertificate(
                path: settings.certificatePath,
                reason: "it names \(loaded.identity), this process is \(own): restart to change its name"
            )
        }
        current.withLock { $0 = loaded }
    }

    var context: TLSContext { current.withLock { $0 } }
}
