import Testing

@testable import Transport

@Suite struct PeerIdentityTests {
    private static let identities: [(String, String, Set<PeerRole>)] = [
        ("baton://lab/worker-1?roles=prefill,decode", "worker-1", [.prefill, .decode]),
        ("baton://lab/r?roles=router", "r", [.router]),
        ("baton://lab/0.a_b-c?roles=admin,load", "0.a_b-c", [.admin, .load]),
    ]

    @Test(arguments: identities)
    func accepted(uri: String, name: String, roles: Set<PeerRole>) throws {
        let identity = try PeerIdentity(uri: uri)
        #expect(identity == (try PeerIdentity(cluster: "lab", name: name, roles: roles)))
        #expect(identity.description == uri)
    }

    @Test(arguments: [
        "", "baton://", "baton://lab", "baton://lab/worker", "baton://lab/worker?roles=",
        "baton://lab/?roles=router",
        "baton:///worker?roles=router", "Baton://lab/worker?roles=router", "baton://lab/worker?roles=router,",
        "baton://lab/worker?roles=router,router", "baton://lab/worker?roles=router&x=1",
        "baton://lab/a/b?roles=router", "baton://lab/work%65r?roles=router",
        "baton://lab/Worker?roles=router",
        "baton://lab/-worker?roles=router", "baton://lab/worker?roles=router ",
        " baton://lab/worker?roles=router",
        "baton://lab:80/worker?roles=router", "baton://lab/worker?roles=router#x",
        "baton://lab/w\0?roles=router",
        "baton://lab/" + String(repeating: "a", count: 64) + "?roles=router",
        "baton://lab/wörker?roles=router",
        "baton://lab/worker?role=router", "baton://u@lab/worker?roles=router",
        "baton://lab/worker?roles=?roles=router",
    ])
    func malformed(uri: String) {
        #expect(throws: PeerIdentityError.malformed(uri)) { try PeerIdentity(uri: uri) }
    }

    @Test func `an unknown role is refused by name`() {
        #expect(throws: PeerIdentityError.unknownRole("root")) {
            try PeerIdentity(uri: "baton://lab/worker?roles=router,root")
        }
    }
}
