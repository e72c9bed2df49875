import DaemonKit
import Logging
import ServingTypes
import TestSupport
import Testing
import Transport
import Wire

/// One process of a cluster: a hub that listens on loopback, with what it reports.
struct TestProcess {
    let hub: LinkHub
    let recorder: LinkRecorder
    let refusals = Watched(0)
    let port: UInt16

    /// - Parameter roles: what the certificate permits; the name in it is `certificateName`, or the greeting's.
    init(
        _ hello: Hello,
        roles: Set<PeerRole>,
        in cluster: TestCertificates,
        certificateName: String? = nil,
        settings: LinkSettings = LinkSettings(),
        recorder: LinkRecorder = LinkRecorder(),
        listensEverywhere: Bool = false,
        logger: Logger = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
    ) throws {
        let refusals = refusals
        hub = LinkHub(hello: hello, settings: settings, logger: logger) { refusals.update { $0 += 1 } }
        self.recorder = recorder
        try hub.start(
            identity: cluster.identity(certificateName ?? hello.name, roles: roles),
            handler: recorder
        )
        port =
            listensEverywhere
            ? try hub.listen(host: "0.0.0.0", port: 0, advertisedHost: nil)
            : try hub.listen(host: "127.0.0.1", port: 0, advertisedHost: "127.0.0.1")
    }

    static func router(in cluster: TestCertificates, settings: LinkSettings = LinkSettings()) throws
        -> TestProcess
    {
        try TestProcess(Greeting.router(), roles: [.router], in: cluster, settings: settings)
    }

    static func worker(
        _ name: String,
        in cluster: TestCertificates,
        settings: LinkSettings = LinkSettings()
    ) throws -> TestProcess {
        try TestProcess(Greeting.worker(name), roles: [.prefill, .decode], in: cluster, settings: settings)
    }

    /// Dials and waits until both sides are greeted.
    func link(
        to other: TestProcess,
        host: String = "127.0.0.1"
    ) throws -> (here: ConnectionID, there: ConnectionID) {
        let before = Set(other.recorder.log.current.opened.keys)
        let here = try hub.dial(host: host, port: other.port, expectedPeer: nil)
        try #require(recorder.log.wait { $0.opened[here] != nil })
        try #require(other.recorder.log.wait { $0.opened.count > before.count })
        let there = try #require(Set(other.recorder.log.current.opened.keys).subtracting(before).first)
        return (here, there)
    }

    /// Sends a message and waits until the other side has it: the link works.
    func expectHeard(_ message: Message, on link: ConnectionID, by other: TestProcess, as there: ConnectionID)
    {
        let count = other.recorder.log.current.received[there, default: []].count
        #expect(hub.send(message, on: link))
        #expect(other.recorder.log.wait { $0.received[there, default: []].count > count })
        #expect(other.recorder.log.current.received[there]?.last == message)
    }

    /// The one reason for which a link ended.
    func end(of link: ConnectionID) -> ServingError {
        _ = recorder.log.wait { $0.closed[link] != nil }
        let reasons = recorder.log.current.closed[link] ?? []
        #expect(reasons.count == 1, "\(reasons)")
        return reasons.first ?? .notBefore
    }
}
