internal import Foundation
public import Transport

/// A temporary folder with the authority of a cluster and its certificates; removed with its last user.
public final class TestCertificates: Sendable {
    /// The cluster's name.
    public let cluster: String
    private let directory: URL

    /// Makes the authority.
    public init(cluster: String = "lab") throws {
        self.cluster = cluster
        directory = FileManager.default.temporaryDirectory.appending(path: "baton-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: directory, withIntermediateDirectories: true)
        let authority = try CertificateAuthority.create(cluster: cluster, days: 10)
        try authority.exported().write(certificatePath: path("ca.pem"), privateKeyPath: path("ca-key.pem"))
    }

    deinit { _ = Result { try FileManager.default.removeItem(at: directory) } }

    /// The folder itself.
    public var folder: String { directory.path }

    /// A file in the folder.
    public func path(_ file: String) -> String { directory.appending(path: file).path }

    /// Issues a certificate, in place of an earlier one of that name; the settings that use it.
    @discardableResult
    public func issue(_ name: String, roles: Set<PeerRole>) throws -> TLSSettings {
        let settings = TLSSettings(
            authorityPath: path("ca.pem"),
            certificatePath: path("\(name).pem"),
            privateKeyPath: path("\(name)-key.pem")
        )
        let authority = try CertificateAuthority.load(
            certificatePath: path("ca.pem"),
            privateKeyPath: path("ca-key.pem")
        )
        try authority.issue(PeerIdentity(cluster: cluster, name: name, roles: roles), days: 5).write(
            certificatePath: settings.certificatePath,
            privateKeyPath: settings.privateKeyPath,
            isOverwriting: true
        )
        return settings
    }

    /// Issues a certificate and loads it.
    public func identity(_ name: String, roles: Set<PeerRole>) throws -> TLSIdentity {
        try TLSIdentity(settings: issue(name, roles: roles))
    }
}
