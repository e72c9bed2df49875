import Foundation
import Transport

/// A temporary directory with an authority and certificates; removed with its last user.
final class TestCluster: Sendable {
    let directory: URL
    let name: String

    init(name: String = "lab") throws {
        self.name = name
        directory = FileManager.default.temporaryDirectory.appending(path: "baton-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: directory, withIntermediateDirectories: true)
        let authority = try CertificateAuthority.create(cluster: name, days: 10)
        let files = try authority.exported()
        try files.write(certificatePath: path("ca.pem"), privateKeyPath: path("ca.key"))
    }

    deinit { try? FileManager.default.removeItem(at: directory) }

    func path(_ file: String) -> String { directory.appending(path: file).path }

    func authority() throws -> CertificateAuthority {
        try CertificateAuthority.load(certificatePath: path("ca.pem"), privateKeyPath: path("ca.key"))
    }

    /// Issues a certificate and returns the settings that use it.
    @discardableResult
    func issue(
        _ member: String,
        roles: Set<PeerRole> = [.prefill, .decode],
        days: Int = 5,
        isOverwriting: Bool = false
    ) throws -> TLSSettings {
        let identity = try PeerIdentity(cluster: name, name: member, roles: roles)
        let settings = TLSSettings(
            authorityPath: path("ca.pem"),
            certificatePath: path("\(member).pem"),
            privateKeyPath: path("\(member).key")
        )
        try authority().issue(identity, days: days).write(
            certificatePath: settings.certificatePath,
            privateKeyPath: settings.privateKeyPath,
            isOverwriting: isOverwriting
        )
        return settings
    }

    func identity(_ member: String, roles: Set<PeerRole> = [.prefill, .decode]) throws -> TLSIdentity {
        try TLSIdentity(settings: issue(member, roles: roles))
    }
}
