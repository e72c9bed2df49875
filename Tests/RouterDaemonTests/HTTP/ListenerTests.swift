import AdminHTTP
import NIOSSL
import RouterDaemon
import Testing

/// HTTPS and the operators' listener.
@Suite(.timeLimit(.minutes(2))) struct ListenerTests {
    /// A self-signed P-256 certificate of "localhost" and its key, valid for a hundred years.
    static let certificate = """
        -----BEGIN CERTIFICATE-----
        MIIBfzCCASWgAwIBAgIUTTsr9UpBg5GLN3dgwcFM8tfH4iYwCgYIKoZIzj0EAwIw
        FDESMBAGA1UEAwwJbG9jYWxob3N0MCAXDTI2MTEyMTAyMjU0NloYDzIxMjYxMDI4
        MDIyNTQ2WjAUMRIwEAYDVQQDDAlsb2NhbGhvc3QwWTATBgcqhkjOPQIBBggqhkjO
        PQMBBwNCAASjobker1L5jVL0g/zv7jbYAxflTciy2B6y6DUDEQGJAf7aIbtA+Zi6
        J/r0IZtAwRZ1m6rc4ZvdIDF4i7OcOsvXo1MwUTAdBgNVHQ4EFgQUmSN//gidlGuI
        lsVU1fCkHqba0PEwHwYDVR0jBBgwFoAUmSN//gidlGuIlsVU1fCkHqba0PEwDwYD
        VR0TAQH/BAUwAwEB/zAKBggqhkjOPQQDAgNIADBFAiAjSn4BjjvvrHwgdwUbly/l
        +1JWdOgM7xhY3qMIXZjuWAIhAPfB7Q9zLJ4ak9usohxX3Ua9B80iNweDuOtwyJNg
        /cDu
        -----END CERTIFICATE-----
        """
    static let key = """
        -----BEGIN PRIVATE KEY-----
        MIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQgPNQwDnOjw3nalWqW
        kUUvrzGktkdaEC3X605JovG6FomhRANCAASjobker1L5jVL0g/zv7jbYAxflTciy
        2B6y6DUDEQGJAf7aIbtA+Zi6J/r0IZtAwRZ1m6rc4ZvdIDF4i7OcOsvX
        -----END PRIVATE KEY-----
        """

    @Test func `with a certificate the API speaks HTTPS`() async throws {
        let directory = try TemporaryDirectory()
        var settings = HTTPServerSettings(port: 0)
        settings.certificatePath = try directory.write(Self.certificate, to: "certificate.pem")
        settings.keyPath = try directory.write(Self.key, to: "key.pem")
        var configuration = TLSConfiguration.makeClientConfiguration()
        configuration.trustRoots = .certificates(
            try NIOSSLCertificate.fromPEMBytes(Array(Self.certificate.utf8))
        )
        configuration.certificateVerification = .noHostnameVerification
        let context = try NIOSSLContext(configuration: configuration)
        let service = FakeService(model: try TestModel.served(), script: StreamTests.hello)
        let answer = try await TestServer.run(service, settings: settings) { port in
            try await TestConnection.open(port: port, tls: context) { connection in
                try await connection.ask("POST", "/v1/completions", body: #"{"prompt":"a","stream":true}"#)
            }
        }
        #expect(answer.head.status == 200 && answer.body.hasSuffix("data: [DONE]\n\n"))
    }

    @Test func `a client that leaves over HTTPS cancels its choices`() async throws {
        let directory = try TemporaryDirectory()
        var settings = HTTPServerSettings(port: 0)
        settings.certificatePath = try directory.write(Self.certificate, to: "certificate.pem")
        settings.keyPath = try directory.write(Self.key, to: "key.pem")
        var configuration = TLSConfiguration.makeClientConfiguration()
        configuration.certificateVerification = .none
        let context = try NIOSSLContext(configuration: configuration)
        let service = FakeService(model: try TestModel.served())
        try await TestServer.run(service, settings: settings) { port in
            let call = try await TestConnection.open(port: port, tls: context) { connection in
                try await connection.send("POST", "/v1/completions", body: #"{"prompt":"a"}"#)
                return try await service.nextCall()
            }
            #expect(try await service.nextCancellation() == call.request.id)
        }
    }

    @Test(
        arguments: [
            (nil, "key.pem", HTTPServerError.certificateWithoutKey),
            ("certificate.pem", nil, .certificateWithoutKey),
        ] as [(String?, String?, HTTPServerError)]
    )
    func `half a certificate is refused`(certificate: String?, key: String?, expected: HTTPServerError) throws
    {
        let settings = HTTPServerSettings(port: 0, certificatePath: certificate, keyPath: key)
        #expect(throws: expected) { try Self.server(settings) }
    }

    @Test func `an unreadable certificate is named`() throws {
        let path = "/nonexistent/certificate.pem"
        let settings = HTTPServerSettings(port: 0, certificatePath: path, keyPath: "/nonexistent/key.pem")
        do {
            _ = try Self.server(settings)
            Issue.record("a server without its certificate")
        } catch HTTPServerError.unusableCertificate(let named, _) {
            #expect(named == path)
        }
    }

    static func server(_ settings: HTTPServerSettings) throws -> APIServer {
        try APIServer(
            settings: settings,
            service: FakeService(model: try TestModel.served()),
            version: "1",
            logger: TestServer.logger,
            onListening: { _ in }
        )
    }

    @Test func `operators get metrics and health`() async throws {
        let (ports, sink) = AsyncStream<Int>.makeStream()
        let server = AdminServer(
            port: 0,
            routes: AdminServer.routes { Array("baton_up 1\n".utf8) },
            logger: TestServer.logger,
            onListening: { sink.yield($0) }
        )
        try await TestServer.serve(ports, { try await server.run() }) { port in
            try await TestConnection.open(port: port) { connection in
                let metrics = try await connection.ask("GET", "/metrics")
                #expect(metrics.body == "baton_up 1\n")
                #expect(metrics.head.headers["content-type"] == "text/plain; version=0.0.4; charset=utf-8")
                #expect(try await connection.ask("GET", "/health").body == "ok\n")
            }
        }
    }
}
