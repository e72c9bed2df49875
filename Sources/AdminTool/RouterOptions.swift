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

    @Option(help: "Name of the admin certificate to use.")
    var name = "admin"

    @Option(help: "Seconds to wait for the connection and for each answer.")
    var timeout = 5.0

    /// Opens a session, uses it and closes it.
    func withSession<Result>(_ body: (AdminSession) throws -> Result) throws -> Result {
        guard let colon = router.lastIndex(of: ":"), let port = UInt16(router[router.index(after: colon)...]) else {
            throw ValidationError("--router is \(router); use HOST:PORT, as in 127.0.0.1:7400")
        }
        let tls = TLSSettings(
            authorityPath: "\(certs)/ca.pem", certificatePath: "\(certs)/\(name).pem",
            privateKeyPath: "\(certs)/\(name)-key.pem")
        var logger = Logger(label: "batonctl") { _ in SwiftLogNoOpLogHandler() }
        logger.logLevel = .critical
        let session = try AdminSession.open(
            host: String(router[..<colon]), port: port, tls: tls, timeout: .fromSeconds(timeout), logger: logger)
        defer { session.close() }
        return try body(session)
    }
}
