internal import ArgumentParser
internal import DaemonKit
internal import Logging
internal import ServingTypes
internal import Transport

/// How to reach a router, shared by all commands that talk to one.
struct RouterOptions: ParsableArguments {
    @Option(help: "Address of the router's mutual-TLS listener.")
    var router = "127.0.0.1:7400"

    @Option(help: "Folder with ca.pem, NAME.pem and NAME-key.pem.")
    var certs = "certs"

    @Option(help: "Name of the certificate to use.")
    var name = "admin"

    @Option(help: "Seconds to wait for the connection and for each answer.")
    var timeout = 5.0

    func validate() throws {
        _ = try address
        guard timeout > 0, timeout <= 3_600 else {
            throw ValidationError("--timeout is \(timeout); use more than 0 and at most 3600 seconds")
        }
    }

    /// Host and port of `--router`; an IPv6 address stands in brackets.
    private var address: (host: String, port: UInt16) {
        get throws {
            let colon = router.lastIndex(of: ":") ?? router.startIndex
            let place = router[..<colon]
            let host = place.hasPrefix("[") && place.hasSuffix("]") ? place.dropFirst().dropLast() : place
            guard !host.isEmpty, let port = UInt16(router[colon...].dropFirst()), port > 0 else {
                throw ValidationError(
                    "--router is \(router); use HOST:PORT, as in 127.0.0.1:7400 or [::1]:7400"
                )
            }
            return (String(host), port)
        }
    }

    /// Opens a session, uses it and closes it.
    func withSession<Result>(_ body: (AdminSession) throws -> Result) throws -> Result {
        let (host, port) = try address
        let tls = TLSSettings(
            authorityPath: "\(certs)/ca.pem",
            certificatePath: "\(certs)/\(name).pem",
            privateKeyPath: "\(certs)/\(name)-key.pem"
        )
        var logger = Logger(label: "batonctl") { _ in SwiftLogNoOpLogHandler() }
        logger.logLevel = .critical
        let session = try AdminSession.open(
            host: host,
            port: port,
            tls: tls,
            timeout: .fromSeconds(timeout),
            logger: logger
        )
        defer { session.close() }
        return try body(session)
    }
}
