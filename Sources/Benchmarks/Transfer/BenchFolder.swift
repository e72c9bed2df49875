internal import Foundation
internal import Transport

/// A temporary folder with the certificates and settings of one benchmark.
struct BenchFolder {
    static let cluster = "bench"

    let url: URL
    private let authority: CertificateAuthority

    /// Makes the folder, readable by its owner only, and an authority for a day.
    init() throws {
        let name = "baton-bench-\(UUID().uuidString)"
        url = FileManager.default.temporaryDirectory.appending(path: name)
        try FileManager.default.createDirectory(
            at: url,
            withIntermediateDirectories: true,
            attributes: [.posixPermissions: 0o700]
        )
        authority = try CertificateAuthority.create(cluster: Self.cluster, days: 1)
        try write(try authority.exported().certificatePEM, to: "ca.pem")
    }

    func path(_ file: String) -> String { url.appending(path: file).path }

    func write(_ text: String, to file: String) throws {
        try Data(text.utf8).write(to: url.appending(path: file))
    }

    /// Issues a certificate; the files are NAME.pem and NAME-key.pem.
    func issue(_ name: String, roles: Set<PeerRole>) throws -> TLSSettings {
        let settings = TLSSettings(
            authorityPath: path("ca.pem"),
            certificatePath: path("\(name).pem"),
            privateKeyPath: path("\(name)-key.pem")
        )
        let identity = try PeerIdentity(cluster: Self.cluster, name: name, roles: roles)
        try authority.issue(identity, days: 1)
            .write(certificatePath: settings.certificatePath, privateKeyPath: settings.privateKeyPath)
        return settings
    }
}
