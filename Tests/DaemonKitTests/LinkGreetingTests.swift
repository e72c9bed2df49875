import DaemonKit
import ServingTypes
import TestSupport
import Testing
import Transport
import Wire

/// A link opens only when both greetings agree with each other and with the certificates.
@Suite struct LinkGreetingTests {
    private struct Misfit {
        var what: String
        var code: ServingErrorCode
        var change: (inout Hello) -> Void
    }

    @Test func `both sides are greeted and know the other as its certificate names it`() throws {
        let cluster = try TestCertificates()
        let router = try TestProcess.router(in: cluster)
        let worker = try TestProcess.worker("p1", in: cluster)
        let (here, there) = try worker.link(to: router)
        let seen = try #require(router.recorder.log.current.opened[there])
        #expect(seen.worker == WorkerRef(id: WorkerID(rawValue: "p1"), incarnation: Incarnation(rawValue: 7)))
        #expect(seen.certificate.roles == [.prefill, .decode])
        #expect(!seen.isDialed)
        #expect(seen.hello.listener == Hello.Listener(host: "127.0.0.1", port: worker.port))
        let dialed = try #require(worker.recorder.log.current.opened[here])
        #expect(dialed.hello.kind == .router)
        #expect(dialed.certificate.name == "router")
        #expect(dialed.isDialed)
        #expect(dialed.hello.listener?.port == router.port)
        worker.expectHeard(.load(LoadReport()), on: here, by: router, as: there)
        router.expectHeard(.loadResync, on: there, by: worker, as: here)
        worker.hub.shutdown()
        #expect(router.end(of: there).code == .peerLost)
        #expect(worker.end(of: here).code == .peerLost)
        router.hub.shutdown()
        #expect(router.refusals.current == 0)
    }

    @Test func `who listens everywhere tells each peer the address by which it is reached`() throws {
        let cluster = try TestCertificates()
        let everywhere = try TestProcess(
            Greeting.worker("p1"),
            roles: [.prefill],
            in: cluster,
            listensEverywhere: true
        )
        let worker = try TestProcess.worker("d1", in: cluster)
        // Whoever dials learns the address that it dialed.
        for host in ["127.0.0.1", "127.0.0.2", "127.1.2.3"] {
            let (here, there) = try worker.link(to: everywhere, host: host)
            let told = try #require(worker.recorder.log.current.opened[here]?.hello.listener)
            #expect(told == Hello.Listener(host: host, port: everywhere.port))
            #expect(everywhere.hub.localHost(of: there) == host)
        }
        // Who is dialed learns the one that the way to it begins with.
        let (here, there) = try everywhere.link(to: worker)
        let heard = try #require(worker.recorder.log.current.opened[there]?.hello.listener)
        #expect(heard == Hello.Listener(host: "127.0.0.1", port: everywhere.port))
        #expect(everywhere.hub.localHost(of: here) == "127.0.0.1")
        for process in [everywhere, worker] { process.hub.shutdown() }
        #expect(everywhere.hub.localHost(of: here) == nil)
    }

    @Test(arguments: [false, true])
    func `processes that do not fit part with one sentence, whichever dials`(isReversed: Bool) throws {
        let misfits = [
            Misfit(what: "model", code: .layoutMismatch) { $0.modelDigest = Bytes128(high: 9, low: 9) },
            Misfit(what: "layout", code: .layoutMismatch) { $0.layout?.blockTokens = 32 },
            Misfit(what: "cluster", code: .unauthorized) { $0.cluster = "elsewhere" },
            Misfit(what: "codecs", code: .layoutMismatch) { $0.codecs = ["q8"] },
            Misfit(what: "numerics class", code: .layoutMismatch) { $0.numericsClass = "other" },
            Misfit(what: "version", code: .protocolViolation) { $0.version = Hello.currentVersion + 1 },
        ]
        let cluster = try TestCertificates()
        for misfit in misfits {
            var hello = Greeting.worker("d1", incarnation: 8)
            misfit.change(&hello)
            let plain = try TestProcess.worker("p1", in: cluster)
            let other = try TestProcess(hello, roles: [.decode], in: cluster)
            let (dialing, accepting) = isReversed ? (other, plain) : (plain, other)
            let link = try dialing.hub.dial(host: "127.0.0.1", port: accepting.port, expectedPeer: nil)
            let told = dialing.end(of: link)
            #expect(told.code == misfit.code, "\(misfit.what): \(told)")
            #expect(told.message.contains("p1") && told.message.contains("d1"), "\(misfit.what): \(told)")
            #expect(accepting.recorder.log.wait { $0.closed.count == 1 }, "\(misfit.what)")
            #expect(accepting.recorder.log.current.closed.values.first == [told], "\(misfit.what)")
            #expect(accepting.refusals.current == 1, "\(misfit.what)")
            for process in [dialing, accepting] {
                #expect(process.recorder.log.current.opened.isEmpty, "\(misfit.what)")
                process.hub.shutdown()
            }
        }
    }

    @Test func `a greeting that its certificate does not cover is refused`() throws {
        let cluster = try TestCertificates()
        let honest = try TestProcess.worker("w1", in: cluster)
        let liars:
            [(what: String, hello: Hello, certificate: String, roles: Set<PeerRole>, sentence: String)] = [
                (
                    "another's name", Greeting.worker("p1"), "p2", [.prefill],
                    "says it is p1, its certificate says p2"
                ),
                ("another's kind", Greeting.router("p1"), "p1", [.prefill], "p1 says it is a router"),
                ("an operator's kind", Greeting.admin("r1"), "r1", [.router], "r1 says it is a admin"),
                ("no role that may speak", Greeting.worker("l1"), "l1", [.load], "hello may be sent by"),
            ]
        for liar in liars {
            let process = try TestProcess(
                liar.hello,
                roles: liar.roles,
                in: cluster,
                certificateName: liar.certificate
            )
            let link = try process.hub.dial(
                host: "127.0.0.1",
                port: honest.port,
                expectedPeer: nil,
                purpose: liar.hello.purpose
            )
            let told = process.end(of: link)
            #expect(told.code == .unauthorized, "\(liar.what): \(told)")
            #expect(told.message.contains(liar.sentence), "\(liar.what): \(told)")
            process.hub.shutdown()
        }
        #expect(honest.recorder.log.wait { $0.closed.count == liars.count })
        #expect(honest.recorder.log.current.opened.isEmpty)
        #expect(honest.refusals.current == liars.count)
        // The dialing side checks as well: the liar has greeted back before it is found out.
        let liar = try TestProcess(
            Greeting.worker("p1"),
            roles: [.prefill],
            in: cluster,
            certificateName: "p2"
        )
        let link = try honest.hub.dial(host: "127.0.0.1", port: liar.port, expectedPeer: nil)
        let reason = honest.end(of: link)
        #expect(reason.code == .unauthorized)
        #expect(liar.recorder.log.wait { $0.closed.values.first == [reason] })
        honest.hub.shutdown()
        liar.hub.shutdown()
    }

    @Test func `who answers at an address must be whom the dialing side expects`() throws {
        let cluster = try TestCertificates()
        let first = try TestProcess.worker("p1", in: cluster)
        let second = try TestProcess.worker("d1", in: cluster)
        let link = try first.hub.dial(host: "127.0.0.1", port: second.port, expectedPeer: "d2")
        #expect(first.end(of: link).code == .peerLost)
        #expect(first.recorder.log.current.wasGreetedAtEnd[link] == false)
        #expect(second.refusals.wait { $0 == 1 })
        #expect(second.recorder.log.current.closed.isEmpty, "it was never a link")
        first.hub.shutdown()
        second.hub.shutdown()
    }

    @Test func `a second greeting closes the link`() throws {
        let cluster = try TestCertificates()
        let router = try TestProcess.router(in: cluster)
        let hello = Greeting.worker("p1")
        let peer = try RawLink.greeted(port: router.port, cluster.identity("p1", roles: [.prefill]), hello)
        try peer.send(.hello(hello))
        #expect(try peer.farewell() == ServingError(.protocolViolation, "a second greeting came"))
        peer.shutdown()
        router.hub.shutdown()
    }

    @Test func `whoever speaks before greeting, or never greets, is sent away`() throws {
        let cluster = try TestCertificates()
        var settings = LinkSettings()
        settings.greetingTimeout = .milliseconds(300)
        let router = try TestProcess.router(in: cluster, settings: settings)
        let identity = try cluster.identity("p1", roles: [.prefill])
        let hasty = try RawLink.dial(port: router.port, identity)
        try hasty.send(.load(LoadReport()))
        #expect(try hasty.farewell() == ServingError(.protocolViolation, "load came before the greeting"))
        let mute = try RawLink.dial(port: router.port, identity)
        #expect(try mute.farewell().code == .deadline)
        #expect(router.recorder.log.wait { $0.closed.count == 2 })
        #expect(router.recorder.log.current.wasGreetedAtEnd.values.allSatisfy { !$0 })
        #expect(router.recorder.log.current.received.isEmpty)
        hasty.shutdown()
        mute.shutdown()
        router.hub.shutdown()
    }

    @Test func `the reason for closing a link reaches both sides, and shutdown ends every link once`() throws
    {
        let cluster = try TestCertificates()
        let router = try TestProcess.router(in: cluster)
        let worker = try TestProcess.worker("p1", in: cluster)
        let (here, there) = try worker.link(to: router)
        let (second, secondThere) = try worker.link(to: router)
        let reason = ServingError(.draining, "the worker is to stop")
        worker.hub.close(here, reason: reason)
        #expect(worker.end(of: here) == reason)
        #expect(router.end(of: there) == reason)
        #expect(router.recorder.log.current.received[there] == [.failure(reason)])
        #expect(!worker.hub.send(.load(LoadReport()), on: here))
        worker.expectHeard(.load(LoadReport()), on: second, by: router, as: secondThere)
        worker.hub.shutdown()
        _ = worker.end(of: second)
        _ = router.end(of: secondThere)
        #expect(throws: TransportError.stopped) {
            try worker.hub.dial(host: "127.0.0.1", port: router.port, expectedPeer: nil)
        }
        router.hub.shutdown()
    }
}
