import DaemonKit
import ServingTypes
import TestSupport
import Testing
import Transport

/// A daemon does not start with a certificate that says something else than its settings.
@Suite struct DaemonIdentityTests {
    @Test func `certificate and settings must agree, and the sentence names both`() throws {
        let cluster = try TestCertificates()
        let tls = try cluster.issue("p1", roles: [.prefill, .decode])
        let identity = try DaemonIdentity.load(tls, name: "p1", cluster: "lab", role: .decode)
        #expect(identity.peerIdentity.name == "p1")
        let cases: [(name: String, cluster: String, role: PeerRole, words: [String])] = [
            ("p2", "lab", .prefill, ["p1.pem", "p1 of cluster lab", "p2 of cluster lab"]),
            ("p1", "shop", .prefill, ["p1 of cluster lab", "p1 of cluster shop"]),
            ("p1", "lab", .router, ["allows the roles decode,prefill", "needs router"]),
        ]
        for (name, cluster, role, words) in cases {
            let error = #expect(throws: ServingError.self) {
                try DaemonIdentity.load(tls, name: name, cluster: cluster, role: role)
            }
            #expect(error?.code == .unauthorized)
            for word in words {
                #expect(error?.message.contains(word) == true, "\(word): \(error?.message ?? "")")
            }
        }
        var missing = tls
        missing.privateKeyPath = cluster.path("none.pem")
        #expect(throws: TLSError.self) {
            try DaemonIdentity.load(missing, name: "p1", cluster: "lab", role: .decode)
        }
    }
}
