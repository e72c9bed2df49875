import COpenSSL
import TestSupport
import Testing
import Wire

@testable import Transport

@Suite struct RefusalTests {
    @Test func `strangers are refused by name and a link beside them is unharmed`() throws {
        let cluster = try TestCluster()
        let impostors = try TestCluster(name: "lab")
        let server = try TestServer(cluster.identity("s"))
        let client = try TestServer(cluster.identity("c"))
        let link = try client.link(to: server)
        let member = try cluster.issue("member")
        let cases: [(String, RawPeer.Manners, String)] = [
            ("no certificate", .init(settings: nil), "tls_no_certificate"),
            ("another authority", .init(settings: try impostors.issue("c")), "tls_untrusted"),
            ("no protocol", .init(settings: member, applicationProtocol: nil), "tls_alpn"),
            ("another protocol", .init(settings: member, applicationProtocol: "h2"), "tls_alpn"),
            ("TLS 1.2", .init(settings: member, version: TLS1_2_VERSION), "tls_version"),
            ("another cluster", .init(settings: try foreign(to: cluster)), "tls_identity"),
        ]
        for (index, (what, manners, label)) in cases.enumerated() {
            let peer = try RawPeer(port: server.port)
            _ = peer.handshake(manners)
            _ = peer.readToEnd()
            #expect(server.recorder.log.wait { $0.refused.count == index + 1 }, "\(what)")
            #expect(server.recorder.log.current.refused.last?.label == label, "\(what)")
        }
        try expectUnharmed(client, server, link)
        #expect(server.recorder.log.current.opened.count == 1)
        client.loop.shutdown()
        server.loop.shutdown()
    }

    @Test func `a dialing side learns why it was refused`() throws {
        let cluster = try TestCluster()
        let impostors = try TestCluster(name: "lab")
        let server = try TestServer(cluster.identity("s"))
        // It trusts the server's authority, but its own certificate comes from elsewhere: an old one, say.
        let peer = try RawPeer(port: server.port)
        _ = peer.handshake(.init(settings: try impostors.issue("c")))
        let other = try TestServer(impostors.identity("d"))
        let id = try other.loop.dial(host: "127.0.0.1", port: server.port, expectedPeer: nil)
        #expect(other.recorder.log.wait { $0.closed[id]??.label == "tls_untrusted" })
        #expect(server.recorder.log.wait { $0.refused.count == 2 })
        #expect(server.recorder.log.current.refused.contains { $0.label == "tls_refused_by_peer" })
        // A wrong name is told by an alert as well.
        let named = try other.loop.dial(host: "127.0.0.1", port: other.port, expectedPeer: "x")
        #expect(other.recorder.log.wait { $0.closed[named]??.label == "tls_identity" })
        #expect(other.recorder.log.wait { $0.refused.map(\.label) == ["tls_refused_by_peer"] })
        server.loop.shutdown()
        other.loop.shutdown()
    }

    @Test(arguments: [UInt64(1), 2, .random(in: .min ... .max)])
    func `random bytes never hurt, before or after the handshake`(seed: UInt64) throws {
        let cluster = try TestCluster()
        let server = try TestServer(cluster.identity("s"))
        let client = try TestServer(cluster.identity("c"))
        let link = try client.link(to: server)
        let settings = try cluster.issue("fuzzer")
        var random = seed
        func bytes() -> [UInt8] {
            (0..<10_000).map { _ in
                random = random &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
                return UInt8(truncatingIfNeeded: random >> 56)
            }
        }
        for _ in 0..<15 {
            let peer = try RawPeer(port: server.port)
            _ = peer.send(bytes())
        }
        // Fifteen were turned away, or left before anybody looked.
        #expect(server.recorder.log.wait { $0.refused.count == 15 }, "seed \(seed)")
        for _ in 0..<5 {
            let peer = try RawPeer(port: server.port)
            #expect(peer.handshake(.init(settings: settings)))
            _ = peer.send(bytes())
            _ = peer.readToEnd()
        }
        #expect(server.recorder.log.wait { $0.closed.count == 5 }, "seed \(seed)")
        try expectUnharmed(client, server, link)
        client.loop.shutdown()
        server.loop.shutdown()
    }

    @Test func `slow handshakes time out and their number is bounded`() throws {
        let cluster = try TestCluster()
        var limits = ControlLoopConfiguration()
        limits.handshakeTimeout = .milliseconds(300)
        limits.handshakeLimit = 3
        let server = try TestServer(cluster.identity("s"), configuration: limits)
        let client = try TestServer(cluster.identity("c"))
        let link = try client.link(to: server)
        let slow = try (0..<5).map { _ in try RawPeer(port: server.port) }
        _ = slow[0].send([0x16, 3, 1])  // The start of a TLS record, and no more.
        #expect(server.recorder.log.wait { $0.refused.count == 5 })
        let labels = server.recorder.log.current.refused.map(\.label).sorted()
        #expect(
            labels == ["timed_out", "timed_out", "timed_out", "too_many_handshakes", "too_many_handshakes"]
        )
        try expectUnharmed(client, server, link)
        _ = try client.link(to: server)
        withExtendedLifetime(slow) {}
        client.loop.shutdown()
        server.loop.shutdown()
    }

    @Test func `the number of connections is bounded`() throws {
        let cluster = try TestCluster()
        var limits = ControlLoopConfiguration()
        limits.connectionLimit = 2
        let server = try TestServer(cluster.identity("s"), configuration: limits)
        let client = try TestServer(cluster.identity("c"))
        let first = try client.link(to: server)
        _ = try client.link(to: server)
        let third = try client.loop.dial(host: "127.0.0.1", port: server.port, expectedPeer: nil)
        #expect(server.recorder.log.wait { $0.refused == [.tooManyConnections(limit: 2)] })
        #expect(client.recorder.log.wait { $0.closed[third] != nil })
        client.loop.close(first.here)
        #expect(server.recorder.log.wait { $0.closed[first.there] != nil })
        _ = try client.link(to: server)
        client.loop.shutdown()
        server.loop.shutdown()
    }

    /// A certificate that the cluster's own authority signed for another cluster: two clusters with one
    /// authority.
    private func foreign(to cluster: TestCluster) throws -> TLSSettings {
        let key = try KeyHandle.generate()
        let issuer = try X509Handle.read(path: cluster.path("ca.pem"))
        let leaf = try X509Handle.make(
            organization: "elsewhere",
            commonName: "w",
            key: key,
            days: 2,
            clockSkewSeconds: 60
        )
        try leaf.setIssuer(issuer)
        try leaf.addURI("baton://elsewhere/w?roles=decode")
        try leaf.sign(with: KeyHandle.read(path: cluster.path("ca.key")))
        let settings = TLSSettings(
            authorityPath: cluster.path("ca.pem"),
            certificatePath: cluster.path("foreign.pem"),
            privateKeyPath: cluster.path("foreign.key")
        )
        try IssuedCertificate(certificatePEM: leaf.pem(), privateKeyPEM: key.pem())
            .write(certificatePath: settings.certificatePath, privateKeyPath: settings.privateKeyPath)
        return settings
    }

    private func expectUnharmed(
        _ client: TestServer,
        _ server: TestServer,
        _ link: (here: ConnectionID, there: ConnectionID)
    ) throws {
        let frame = try Frame(type: 7, streamID: 7, message: [7])
        try client.loop.send(frame, on: link.here)
        #expect(server.recorder.log.wait { $0.frames[link.there] == [frame] })
    }
}
