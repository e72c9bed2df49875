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

    @Test func `an authority takes over from another, and at no time do two processes refuse each other`()
        throws
    {
        let cluster = try TestCluster()
        let (ca, key) = (cluster.path("ca.pem"), cluster.path("ca.key"))
        let old = try TLSIdentity(settings: try cluster.issue("old"))
        let first = try CertificateInfo(path: ca)
        #expect(throws: CertificateError.notRotating(path: ca)) {
            try CertificateAuthority.endSuccession(certificatePath: ca, privateKeyPath: key)
        }
        try CertificateAuthority.succeed(certificatePath: ca, privateKeyPath: key, days: 20)
        let both = try CertificateInfo.all(path: ca)
        #expect(both.count == 2 && both[1] == first && both[0].isAuthority && both[0].serial != first.serial)
        let mode = try FileManager.default.attributesOfItem(atPath: key)[.posixPermissions] as? Int
        #expect(mode == 0o600)
        #expect(throws: CertificateError.rotating(path: ca, count: 2)) {
            try CertificateAuthority.succeed(certificatePath: ca, privateKeyPath: key, days: 20)
        }
        // Both generations read the file with both authorities; the old one's certificate is still its own.
        try old.reload()
        let new = try TLSIdentity(settings: try cluster.issue("new"))
        let authority = try CertificateAuthority.load(certificatePath: ca, privateKeyPath: key)
        #expect(try authority.hasIssued(certificatePath: cluster.path("new.pem")))
        #expect(try !authority.hasIssued(certificatePath: cluster.path("old.pem")))
        let (here, there) = (try TestServer(old), try TestServer(new))
        _ = try here.link(to: there)
        _ = try there.link(to: here)
        for server in [here, there] { server.loop.shutdown() }
        try CertificateAuthority.endSuccession(certificatePath: ca, privateKeyPath: key)
        #expect(try CertificateInfo.all(path: ca) == [both[0]])
        try new.reload()
        #expect(throws: TLSError.self, "its own authority is gone") { try old.reload() }
    }

    @Test func `a certificate is issued anew with the same kind of key`() throws {
        let cluster = try TestCluster()
        let settings = try cluster.issue("w")
        let authority = try CertificateAuthority.load(
            certificatePath: cluster.path("ca.pem"),
            privateKeyPath: cluster.path("ca.key")
        )
        let identity = try PeerIdentity(cluster: authority.cluster, name: "w", roles: [.prefill])
        let before = try String(contentsOfFile: settings.privateKeyPath, encoding: .utf8)
        let issued = try authority.reissue(identity, days: 4, privateKeyPath: settings.privateKeyPath)
        #expect(issued.privateKeyPEM != before && issued.privateKeyPEM.count == before.count)
        try issued.write(
            certificatePath: settings.certificatePath,
            privateKeyPath: settings.privateKeyPath,
            isOverwriting: true
        )
        #expect(try TLSIdentity(settings: settings).peerIdentity == identity)
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
