import Foundation
import Testing

@testable import Transport

@Suite struct CertificateTests {
    @Test func `an issued certificate says what was asked for`() throws {
        let cluster = try TestCluster()
        let settings = try cluster.issue("worker-1", roles: [.prefill, .decode], days: 7)
        let info = try CertificateInfo(path: settings.certificatePath)
        let identity = try PeerIdentity(cluster: "lab", name: "worker-1", roles: [.prefill, .decode])
        #expect(info.identity == .success(identity))
        #expect(info.uris == ["baton://lab/worker-1?roles=prefill,decode"])
        #expect(info.subject.contains("worker-1") && info.issuer.contains("lab"))
        #expect(!info.isAuthority && info.serial.count == 32)
        let now = Int64(Date().timeIntervalSince1970)
        #expect(info.startUnixSeconds < now, "a peer whose clock is a little late accepts it")
        #expect(abs(info.expiryUnixSeconds - now - 7 * 86_400) < 60)
        let authority = try CertificateInfo(path: settings.authorityPath)
        #expect(authority.isAuthority && authority.identity == .failure(.uriCount(0)))
        #expect(authority.serial != info.serial)
    }

    @Test func `keys are private and nothing is overwritten unless forced`() throws {
        let cluster = try TestCluster()
        let settings = try cluster.issue("w")
        let attributes = try FileManager.default.attributesOfItem(atPath: settings.privateKeyPath)
        #expect(attributes[.posixPermissions] as? Int == 0o600)
        let first = try String(contentsOfFile: settings.certificatePath, encoding: .utf8)
        #expect(throws: CertificateError.exists(path: settings.privateKeyPath)) { try cluster.issue("w") }
        #expect(try String(contentsOfFile: settings.certificatePath, encoding: .utf8) == first)
        try cluster.issue("w", isOverwriting: true)
        #expect(try String(contentsOfFile: settings.certificatePath, encoding: .utf8) != first)
        #expect(
            try TLSIdentity(settings: settings).peerIdentity.name == "w",
            "key and certificate belong together"
        )
        let files = try FileManager.default.contentsOfDirectory(atPath: cluster.directory.path)
        #expect(files.allSatisfy { !$0.hasSuffix(".new") })
    }

    @Test func `an authority refuses what it cannot stand for`() throws {
        let cluster = try TestCluster()
        let authority = try cluster.authority()
        #expect(authority.cluster == "lab")
        let stranger = try PeerIdentity(cluster: "other", name: "w", roles: [.load])
        #expect(throws: CertificateError.otherCluster(asked: "other", authority: "lab")) {
            try authority.issue(stranger, days: 1)
        }
        let member = try PeerIdentity(cluster: "lab", name: "w", roles: [.load])
        #expect(throws: CertificateError.badLifetime(days: 0)) { try authority.issue(member, days: 0) }
        #expect(throws: CertificateError.badCluster("Lab")) {
            try CertificateAuthority.create(cluster: "Lab", days: 1)
        }
        let leaf = try cluster.issue("leaf")
        let error = #expect(throws: CertificateError.self) {
            try CertificateAuthority.load(
                certificatePath: leaf.certificatePath,
                privateKeyPath: leaf.privateKeyPath
            )
        }
        let reason = CertificateError.notAnAuthority(
            path: leaf.certificatePath,
            reason: "it may not sign certificates"
        )
        #expect(error == reason)
    }

    @Test func `certificates that peers would refuse are refused at start`() throws {
        let cluster = try TestCluster()
        let other = try TestCluster(name: "lab")
        var settings = try cluster.issue("a")
        let second = try cluster.issue("b")
        let good = settings
        settings.privateKeyPath = second.privateKeyPath
        #expect(
            throws: TLSError.keyMismatch(
                keyPath: second.privateKeyPath,
                certificatePath: good.certificatePath
            )
        ) { try TLSIdentity(settings: settings) }
        settings = good
        settings.authorityPath = other.path("ca.pem")
        #expect(label(settings) == "tls_own_certificate", "another authority")
        settings = good
        settings.certificatePath = cluster.path("absent.pem")
        #expect(label(settings) == "tls_file", "no such file")
        settings = TLSSettings(
            authorityPath: cluster.path("ca.pem"),
            certificatePath: cluster.path("ca.pem"),
            privateKeyPath: cluster.path("ca.key")
        )
        #expect(label(settings) == "tls_own_certificate", "an authority names no process")
    }

    @Test func `reloading takes new files and keeps the old ones if they are bad`() throws {
        let cluster = try TestCluster()
        let settings = try cluster.issue("w", days: 3)
        let identity = try TLSIdentity(settings: settings)
        let before = identity.expiryUnixSeconds
        try cluster.issue("w", days: 9, isOverwriting: true)
        try identity.reload()
        #expect(abs(identity.expiryUnixSeconds - before - 6 * 86_400) < 60)
        try Data("nonsense".utf8).write(to: URL(filePath: settings.certificatePath))
        #expect(throws: TLSError.self) { try identity.reload() }
        #expect(abs(identity.expiryUnixSeconds - before - 6 * 86_400) < 60)
        let other = try cluster.issue("other")
        for path in [\TLSSettings.certificatePath, \.privateKeyPath] {
            try FileManager.default.removeItem(atPath: settings[keyPath: path])
            try FileManager.default.copyItem(atPath: other[keyPath: path], toPath: settings[keyPath: path])
        }
        #expect(throws: TLSError.self, "a process keeps its name") { try identity.reload() }
        #expect(identity.peerIdentity.name == "w")
    }

    private func label(_ settings: TLSSettings) -> String? {
        do throws(TLSError) {
            _ = try TLSIdentity(settings: settings)
            return nil
        } catch {
            return error.label
        }
    }
}
