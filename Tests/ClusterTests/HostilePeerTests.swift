import Foundation
import ServingTypes
import Testing
import Transport
import Wire

extension ClusterTests {
    /// Who has no business here is refused and logged, and nobody else notices.
    @Suite struct HostilePeerTests {
        /// What a stranger does with a new connection, and what the log then says.
        struct Offence {
            var what: String
            var reason: String
            var act: (WirePeer) throws -> Void
        }

        @Test func `strangers and members beyond their role are refused, and links beside them live on`()
            throws
        {
            try TestCluster.run(.separate(.paced(PacedPace()))) { cluster in
                let other = try CertificateAuthority.create(cluster: TestCluster.name, days: 2)
                let stranger = try cluster.issue("stranger", roles: [.prefill], by: other)
                let prefill = try cluster.issue("prefill-9", roles: [.prefill])
                let hello = try Self.hello("prefill-9", on: cluster)
                for target in [cluster.router] + cluster.workers {
                    let offences = [
                        Offence(what: "no certificate", reason: "peer sent no certificate") {
                            _ = $0.handshake(nil)
                        },
                        Offence(what: "another authority", reason: "not trusted") {
                            _ = $0.handshake(stranger)
                        },
                        Offence(
                            what: "a router's order as first message",
                            reason: "assign may be sent by router"
                        ) {
                            try Self.shakeHands($0, prefill)
                            try $0.send(.assign(Self.assignment))
                        },
                        Offence(what: "a router's order", reason: "assign may be sent by router") {
                            try Self.greet($0, prefill, hello)
                            try $0.send(.assign(Self.assignment))
                        },
                        Offence(
                            what: "a decode worker's word",
                            reason: "verified of a hand-off may be sent by decode"
                        ) {
                            try Self.greet($0, prefill, hello)
                            let transfer = KVTransferID(attempt: Self.assignment.attempt, kind: .handOff)
                            try $0.send(.verified(transfer))
                        },
                        Offence(what: "another's name", reason: "its certificate says prefill-9") {
                            try Self.shakeHands($0, prefill)
                            var forged = hello
                            forged.name = "prefill-1"
                            try $0.send(.hello(forged))
                        },
                        Offence(what: "another kind", reason: "its certificate does not allow that") {
                            try Self.shakeHands($0, prefill)
                            var forged = hello
                            forged.kind = .router
                            try $0.send(.hello(forged))
                        },
                    ]
                    for offence in offences { try Self.expectRefused(offence, by: target, of: cluster) }
                }
                try Self.expectUnharmed(cluster)
            }
        }

        @Test func `ten thousand random byte strings hurt nobody`() throws {
            try TestCluster.run(.separate(.paced(PacedPace()))) { cluster in
                let member = try cluster.issue("prefill-9", roles: [.prefill])
                let hello = try Self.hello("prefill-9", on: cluster)
                let seed = UInt64.random(in: .min ... .max)
                var fuzz = Fuzz(seed: seed)
                var count = 0
                for target in [
                    cluster.router, try cluster.worker("prefill-1"), try cluster.worker("decode-1"),
                ] {
                    let port = try Self.port(of: target)
                    for _ in 0..<60 {
                        let peer = try WirePeer(port: port)
                        for _ in 0..<50 {
                            count += 1
                            _ = peer.send(fuzz.bytes())
                        }
                    }
                    for round in 0..<120 {
                        let peer = try WirePeer(port: port)
                        try Self.shakeHands(peer, member)
                        if round % 2 == 1 { try peer.send(.hello(hello)) }
                        for _ in 0..<3 {
                            count += 1
                            _ = peer.send(round % 3 == 0 ? fuzz.bytes() : fuzz.frame())
                        }
                        // The connection ends; what is said before that is not random.
                        _ = try peer.lastFailure()
                    }
                    #expect(target.isRunning, "seed \(seed)")
                    #expect(try cluster.metrics(of: target).value("baton_links_refused_total") ?? 0 >= 60)
                }
                #expect(count >= 10_000)
                try Self.expectUnharmed(cluster)
            }
        }

        // MARK: Helpers

        private static let assignment: Assignment = {
            let request = RequestID(rawValue: Bytes128(high: 1, low: 2))
            return Assignment(
                attempt: AttemptID(request: request, number: 1),
                part: .whole,
                tokens: [5, 6, 7],
                promptTokens: 3,
                sampling: SamplingParameters(),
                hashKey: BlockHashKey(rawValue: Bytes128(high: 3, low: 4)),
                grant: Grant(rawValue: Bytes128(high: 5, low: 6)),
                lease: .seconds(30)
            )
        }()

        /// The greeting of a worker that fits the cluster's paced workers.
        private static func hello(_ name: String, on cluster: TestCluster) throws -> Hello {
            let shown = try Output.of(Products.executable("batonctl"), ["model", "show", Products.model])
            let line = shown.text.split(separator: "\n").first { $0.hasPrefix("digest") }
            let digest = String(line?.split(separator: " ").last ?? "")
            guard let modelDigest = Bytes128(hexadecimal: digest) else {
                throw ClusterError("no digest in: \(shown.text)")
            }
            var hello = Hello(
                purpose: .control,
                kind: .worker,
                name: name,
                incarnation: Incarnation(rawValue: 9),
                cluster: TestCluster.name
            )
            hello.modelDigest = modelDigest
            hello.layout = KVLayout(
                layerCount: PacedPace.layerCount,
                kvHeadCount: PacedPace.kvHeadCount,
                headDim: PacedPace.headDim,
                type: .f16,
                blockTokens: 16
            )
            hello.numericsClass = "\(digest.prefix(8))/kv-f16/paced"
            hello.codecs = ["raw"]
            hello.listener = Hello.Listener(host: "127.0.0.1", port: 9)
            return hello
        }

        private static func shakeHands(_ peer: WirePeer, _ settings: TLSSettings) throws {
            guard peer.handshake(settings) else { throw ClusterError("the handshake of a member failed") }
        }

        /// Gets through the greeting, as a member does.
        private static func greet(_ peer: WirePeer, _ settings: TLSSettings, _ hello: Hello) throws {
            try shakeHands(peer, settings)
            try peer.send(.hello(hello))
            guard case .hello? = try peer.receive() else {
                throw ClusterError("the greeting of a member was not answered")
            }
        }

        private static func port(of daemon: Daemon) throws -> UInt16 {
            try daemon.port(daemon.kind == .router ? "workers" : "port")
        }

        /// Repeats the offence until it is logged: refusals that follow each other closely share one line.
        private static func expectRefused(_ offence: Offence, by target: Daemon, of cluster: TestCluster)
            throws
        {
            let port = try port(of: target)
            try Polling.until("\(target.name) logs \"\(offence.reason)\" for \(offence.what)") {
                let peer = try WirePeer(port: port)
                try offence.act(peer)
                while try peer.receive() != nil {}  // Until the target ends the connection.
                return target.log.contains { line in
                    ["link.refused", "link.closed"].contains(line.message)
                        && line.fields["reason"]?.contains(offence.reason) == true
                }
            }
        }

        private static func expectUnharmed(_ cluster: TestCluster) throws {
            #expect(try cluster.client.generate(.random(200, seed: 3)).only.tokens.count == 16)
            #expect(try cluster.connectedWorkers().count == 2)
            let lost = try cluster.metrics(of: cluster.router).value("baton_lost_workers_total")
            #expect(lost == 0)
            for daemon in [cluster.router] + cluster.workers { #expect(daemon.isRunning) }
            try cluster.waitUntilIdle()
        }
    }
}
