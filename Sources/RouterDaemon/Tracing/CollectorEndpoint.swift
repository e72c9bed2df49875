internal import AsyncHTTPClient
internal import NIOCore
internal import NIOHTTP1
internal import NIOSSL
internal import Settings

/// Where exports go and with what headers, checked.
struct CollectorEndpoint: Sendable {
    let url: String
    let headers: HTTPHeaders
    let timeout: TimeAmount
    let client: HTTPClient.Configuration

    /// - Throws: what is wrong with the authorities.
    init(url: String, settings: TracingSettings, version: String) throws {
        self.url = url
        timeout = .nanoseconds(settings.timeout.nanoseconds)
        var headers = HTTPHeaders([
            ("Content-Type", "application/json"), ("User-Agent", "baton-router/\(version)"),
        ])
        for header in settings.headers { headers.replaceOrAdd(name: header.name, value: header.value) }
        self.headers = headers
        var configuration = HTTPClient.Configuration(
            redirectConfiguration: .disallow,
            timeout: HTTPClient.Configuration.Timeout(connect: timeout)
        )
        if let path = settings.authorityPath {
            var tls = TLSConfiguration.makeClientConfiguration()
            tls.trustRoots = .certificates(try NIOSSLCertificate.fromPEMFile(path))
            configuration.tlsConfiguration = tls
        }
        // The exporter tries again by its own rules.
        configuration.connectionPool.retryConnectionEstablishment = false
        client = configuration
    }
}
