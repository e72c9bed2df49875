import DaemonKit
import Logging
import ServingTypes
import TestSupport
import Testing
import Transport
import Wire

/// An operator's tool asks a router and gets an answer, or a sentence that says why not.
@Suite struct AdminSessionTests {
    private static let question = Message.documentRequest(DocumentRequest(.cluster))
    private static let answer = Message.documentReply(.document(#"{"router":"router"}"#))
    private static let refusal = ServingError(.unauthorized, "not at this hour")

    /// A router that answers a question for a document, keeps silent when asked to drain and closes on the rest.
    private static func router(in cluster: TestCertificates) throws -> TestProcess {
        let hub = Watched<LinkHub?>(nil)
        let recorder = LinkRecorder { message, link in
            switch message {
            case .documentRequest: hub.current?.send(answer, on: link)
            case .drainRequest: break
            default: hub.current?.close(link, reason: refusal)
            }
        }
        let process = try TestProcess(Greeting.router(), roles: [.router], in: cluster, recorder: recorder)
        hub.update { $0 = process.hub }
        return process
    }

    private func open(_ port: UInt16, _ tls: TLSSettings, timeout: Duration = .seconds(10)) throws
        -> AdminSession
    {
        try AdminSession.open(
            host: "127.0.0.1",
            port: port,
            tls: tls,
            timeout: timeout,
            logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
        )
    }

    @Test func `questions are answered, refused or given up`() throws {
        let cluster = try TestCertificates()
        let router = try Self.router(in: cluster)
        let tls = try cluster.issue("admin", roles: [.admin])
        let session = try open(router.port, tls)
        #expect(try session.ask(Self.question) == Self.answer)
        #expect(try session.ask(Self.question) == Self.answer)
        #expect(throws: Self.refusal) { try session.ask(.requestQuery("x")) }
        #expect(throws: Self.refusal, "the connection is gone, and the reason stays") {
            try session.ask(Self.question)
        }
        session.close()

        let patient = try open(router.port, tls, timeout: .milliseconds(300))
        let drain = DrainRequest(worker: WorkerID(rawValue: "d1"), isResume: false)
        let error = #expect(throws: ServingError.self) { try patient.ask(.drainRequest(drain)) }
        #expect(error?.code == .deadline)
        #expect(error?.message == "no answer to drain_request came within 0.3 seconds")
        patient.close()
        router.hub.shutdown()
        let refused = #expect(throws: ServingError.self) { try patient.ask(Self.question) }
        #expect(refused?.code == .peerLost)
    }

    @Test func `a router that cannot be talked to is named with the reason`() throws {
        let cluster = try TestCertificates()
        let router = try Self.router(in: cluster)
        let place = "cannot talk to the router at 127.0.0.1:"
        let tls = try cluster.issue("admin", roles: [.admin])

        let other = try cluster.issue("r2", roles: [.router])
        let unfit = #expect(throws: ServingError.self) { try open(router.port, other) }
        #expect(unfit?.code == .unauthorized)
        #expect(unfit?.message.hasPrefix(place) == true)
        #expect(
            unfit?.message.contains("r2 says it is a admin, its certificate does not allow that") == true,
            "\(unfit?.message ?? "")"
        )

        let elsewhere = try TestCertificates(cluster: "elsewhere")
        let stranger = try elsewhere.issue("admin", roles: [.admin])
        let foreign = #expect(throws: ServingError.self) { try open(router.port, stranger) }
        #expect(foreign?.code == .peerLost)
        #expect(foreign?.message.hasPrefix(place) == true)

        var missing = tls
        missing.certificatePath = cluster.path("nobody.pem")
        let unreadable = #expect(throws: ServingError.self) { try open(router.port, missing) }
        #expect(unreadable?.code == .unauthorized)
        #expect(unreadable?.message.contains("nobody.pem") == true)

        let decode = try TestProcess.worker("d1", in: cluster)
        let wrong = #expect(throws: ServingError.self) { try open(decode.port, tls) }
        #expect(wrong?.code == .protocolViolation)
        #expect(wrong?.message.contains("check which address was meant") == true)
        decode.hub.shutdown()
        let gone = #expect(throws: ServingError.self) { try open(decode.port, tls) }
        #expect(gone?.code == .peerLost)
        router.hub.shutdown()
    }
}
