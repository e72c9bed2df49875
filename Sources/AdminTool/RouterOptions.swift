internal import ArgumentParser
internal import DaemonKit
internal import Foundation
internal import Logging
internal import ServingTypes
internal import Transport

/// How to reach a router, shared by all commands that talk to one.
struct RouterOptions: ParsableArguments, Sendable {
    @Option(help: ArgumentHelp("Router [$BATON_ROUTER or 127.0.0.1:7400].", valueName: "host:port"))
    var router: String?

    @Option(help: ArgumentHelp("Certificates [$BATON_CERTS or certs].", valueName: "folder"))
    var certs: String?

    @Option(help: ArgumentHelp("Own certificate [$BATON_NAME or admin].", valueName: "name"))
    var name: String?

    @Option(help: ArgumentHelp("Longest wait for each answer.", valueName: "seconds"))
    var timeout = 5.0

    func validate() throws {
        _ = try address
        guard timeout > 0, timeout <= 3_600 else {
            throw ValidationError("--timeout is \(timeout); use more than 0 and at most 3600 seconds")
        }
    }

    /// The router's address: the option, or the environment's, or the one of a router on this machine.
    var routerAddress: String { router ?? Self.environment("BATON_ROUTER") ?? "127.0.0.1:7400" }
    /// The folder with certificates.
    var certificates: String { certs ?? Self.environment("BATON_CERTS") ?? "certs" }
    /// The name of the own certificate.
    var ownName: String { name ?? Self.environment("BATON_NAME") ?? "admin" }

    /// A variable that is set to something.
    private static func environment(_ name: String) -> String? {
        ProcessInfo.processInfo.environment[name].flatMap { $0.isEmpty ? nil : $0 }
    }

    /// Host and port of the router; an IPv6 address stands in brackets.
    private var address: (host: String, port: UInt16) {
        get throws {
            let text = routerAddress
            let colon = text.lastIndex(of: ":") ?? text.startIndex
            let place = text[..<colon]
            let host = place.hasPrefix("[") && place.hasSuffix("]") ? place.dropFirst().dropLast() : place
            guard !host.isEmpty, let port = UInt16(text[colon...].dropFirst()), port > 0 else {
                let source = router == nil ? "BATON_ROUTER" : "--router"
                throw ValidationError(
                    "\(source) is \(text); use HOST:PORT, as in 127.0.0.1:7400 or [::1]:7400"
                )
            }
            return (String(host), port)
        }
    }

    /// Opens a session, uses it and closes it.
    ///
    /// - Throws: a ``Complaint`` for what the router or the way to it is to blame for.
    func withSession<Result>(_ body: (AdminSession) throws -> Result) throws -> Result {
        let session = try openSession()
        defer { session.close() }
        return try explaining { try body(session) }
    }

    /// Opens a session that stays open until it is closed.
    func openSession() throws -> AdminSession {
        let (host, port) = try address
        if let complaint = Complaint.missingCertificate(folder: certificates, name: ownName) {
            throw complaint
        }
        let tls = TLSSettings(
            authorityPath: "\(certificates)/ca.pem",
            certificatePath: "\(certificates)/\(ownName).pem",
            privateKeyPath: "\(certificates)/\(ownName)-key.pem"
        )
        var logger = Logger(label: "batonctl") { _ in SwiftLogNoOpLogHandler() }
        logger.logLevel = .critical
        do throws(ServingError) {
            return try AdminSession.open(
                host: host,
                port: port,
                tls: tls,
                timeout: .fromSeconds(timeout),
                logger: logger
            )
        } catch {
            throw Complaint.connecting(error)
        }
    }

    /// Runs what talks to a router; its errors become complaints.
    func explaining<Result>(_ body: () throws -> Result) throws -> Result {
        do {
            return try body()
        } catch let error as ServingError {
            throw Complaint(error, certificate: "certificate \(ownName)")
        } catch let error as UnexpectedReply {
            throw Complaint(.failed, error.description)
        }
    }
}
