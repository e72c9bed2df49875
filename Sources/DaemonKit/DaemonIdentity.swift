internal import ServingTypes
public import Settings
public import Transport

/// A daemon's certificate, held against its settings before anything is started.
public enum DaemonIdentity {
    /// Loads the certificate and checks that it says what the settings say.
    ///
    /// - Throws: ``TLSError`` for unusable files, ``ServingError`` naming both values when they differ.
    public static func load(
        _ settings: TLSSettings,
        name: String,
        cluster: String,
        role: PeerRole
    ) throws -> TLSIdentity {
        let identity = try TLSIdentity(settings: settings)
        let peer = identity.peerIdentity
        guard peer.name == name, peer.cluster == cluster else {
            throw ServingError(
                .unauthorized,
                "\(settings.certificatePath) belongs to \(peer.name) of cluster \(peer.cluster), the settings name "
                    + "\(name) of cluster \(cluster): use the right certificate, or change name and cluster"
            )
        }
        guard peer.roles.contains(role) else {
            let roles = peer.roles.map(\.rawValue).sorted().joined(separator: ",")
            throw ServingError(
                .unauthorized,
                "\(settings.certificatePath) allows the roles \(roles), this process needs \(role.rawValue): issue "
                    + "another certificate"
            )
        }
        return identity
    }
}

extension TLSFiles {
    /// The files as the transport takes them.
    public var transport: TLSSettings {
        TLSSettings(
            authorityPath: authorityPath,
            certificatePath: certificatePath,
            privateKeyPath: privateKeyPath
        )
    }
}
