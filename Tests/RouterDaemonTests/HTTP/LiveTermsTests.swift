import Foundation
import NIOSSL
import TestSupport
import Testing
import Transport

@testable import RouterDaemon

/// What clients are served by, changed while the listener runs.
@Suite(.timeLimit(.minutes(2))) struct LiveTermsTests {
    @Test func `keys, limits and classes change for the next request, and places in use stay taken`()
        async throws
    {
        var settings = HTTPServerSettings(port: 0, apiKeys: [APIKey(key: "old", tenant: "a")])
        let terms = APITerms(settings)
        let first = try terms.gate.enter("a")
        #expect(try terms.current.keyring.tenant(authorization: "Bearer old") == "a")
        settings.apiKeys = [APIKey(key: "new", tenant: "a"), APIKey(key: "b", tenant: "b")]
        (settings.bodyLimitBytes, settings.maxConcurrentRequests) = (7, 1)
        settings.requestClasses = RequestClasses(names: ["exact", "fast"], standard: "fast")
        terms.update(settings)
        #expect(throws: APIError.wrongKey) { try terms.current.keyring.tenant(authorization: "Bearer old") }
        #expect(try terms.current.keyring.tenant(authorization: "Bearer new") == "a")
        #expect(terms.current.bodyLimitBytes == 7 && terms.current.classes.standard == "fast")
        #expect(throws: APIError.tooManyRequests(limit: 1)) { try terms.gate.enter("a") }
        settings.maxConcurrentRequests = 8
        terms.update(settings)
        #expect((try? terms.gate.enter("a")) != nil)
        withExtendedLifetime(first) {}
    }

    @Test func `new HTTPS connections get the certificate that was read last, open ones go on`() async throws
    {
        let cluster = try TestCertificates()
        let files = try cluster.issue("api", roles: [.router])
        let settings = HTTPServerSettings(
            port: 0,
            certificatePath: files.certificatePath,
            keyPath: files.privateKeyPath
        )
        let certificate = try #require(try ServerCertificate(settings))
        let before = try CertificateInfo(path: files.certificatePath).serial
        #expect(certificate.serial == before && certificate.paths.count == 2)
        let service = FakeService(model: try TestModel.served(), script: StreamTests.hello)
        let (ports, sink) = AsyncStream<Int>.makeStream()
        let server = try APIServer(
            settings: settings,
            terms: APITerms(settings),
            certificate: certificate,
            service: service,
            version: "1",
            tracer: nil,
            logger: TestServer.logger,
            onListening: { sink.yield($0) }
        )
        try await TestServer.serve(ports, { try await server.run() }) { port in
            let seen = Watched<[[UInt8]]>([])
            let note: @Sendable (NIOSSLCertificate) -> Void = { shown in
                seen.update { $0.append(shown.serialNumber) }
            }
            var configuration = TLSConfiguration.makeClientConfiguration()
            configuration.certificateVerification = .noHostnameVerification
            let context = try NIOSSLContext(configuration: configuration)
            try await TestConnection.open(port: port, tls: context, onCertificate: note) { old in
                let first = try await old.ask("GET", "/health")
                #expect(first.head.status == 200)
                try cluster.issue("api", roles: [.router])
                let after = try CertificateInfo(path: files.certificatePath).serial
                try certificate.reload()
                #expect(certificate.serial == after && after != before)
                try await TestConnection.open(port: port, tls: context, onCertificate: note) { new in
                    let answer = try await new.ask("GET", "/health")
                    #expect(answer.head.status == 200)
                }
                let second = try await old.ask("GET", "/health")
                #expect(second.head.status == 200, "it is still open")
                #expect(seen.current.map(Self.hexadecimal) == [before, after])
                try "nonsense".write(toFile: files.privateKeyPath, atomically: true, encoding: .utf8)
                #expect(throws: HTTPServerError.self) { try certificate.reload() }
                #expect(certificate.serial == after)
            }
        }
    }

    private static func hexadecimal(_ bytes: [UInt8]) -> String {
        bytes.map { String(format: "%02X", $0) }.joined()
    }
}
