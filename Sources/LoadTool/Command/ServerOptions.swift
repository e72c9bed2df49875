internal import ArgumentParser
internal import Foundation

/// Options about the server and what it is asked to do.
struct ServerOptions: ParsableArguments {
    @Option(
        help: ArgumentHelp("Base URL of the server; takes the place of --host and --port.", valueName: "url")
    )
    var baseURL: String?

    @Option(help: "Host of the server.")
    var host = "127.0.0.1"

    @Option(help: "Port of the server.")
    var port = 8080

    @Option(help: "openai (completions) or openai-chat; by default what the dataset needs.")
    var backend: String?

    @Option(help: "Path of the endpoint; by default the usual one of the backend.")
    var endpoint: String?

    @Option(help: "Model to ask for; by default the first that /v1/models names.")
    var model: String?

    @Option(
        help: ArgumentHelp(
            "Header of every request, NAME=VALUE or NAME:VALUE; repeatable.",
            valueName: "header"
        )
    )
    var header: [String] = []

    @Option(help: ArgumentHelp("Key sent as a bearer token; by default $OPENAI_API_KEY.", valueName: "key"))
    var apiKey: String?

    @Option(
        help: ArgumentHelp(
            "PEM file of the authority that signed the server's certificate.",
            valueName: "file"
        )
    )
    var ca: String?

    @Flag(help: "Accept any certificate of the server.")
    var insecure = false

    @Flag(help: "Ask for whole answers instead of streams; then only end-to-end latency is known.")
    var noStream = false

    @Flag(help: "Ask the model to go on after its end token, so that answers have the length asked for.")
    var ignoreEos = false

    @Option(
        help: ArgumentHelp(
            "JSON object whose fields are added to every request or replace ours.",
            valueName: "json"
        )
    )
    var extraBody: String?

    @Option(help: ArgumentHelp("Limit on making a connection.", valueName: "seconds"))
    var connectTimeout = 10.0

    @Option(help: ArgumentHelp("Limit on the first byte of an answer.", valueName: "seconds"))
    var firstByteTimeout = 600.0

    @Option(help: ArgumentHelp("Limit on the pause between two reads of an answer.", valueName: "seconds"))
    var idleTimeout = 120.0

    @Option(help: ArgumentHelp("Limit on a whole answer.", valueName: "seconds"))
    var requestTimeout = 3_600.0

    @Option(help: "Connections at once, and so requests in flight, at most.")
    var maxConnections = 16_384

    @Option(help: "Event loops of this client; by default half the cores, at most 8.")
    var clientThreads: Int?

    func validate() throws {
        if let baseURL { try check { () throws(LoadToolError) in _ = try ServerAddress(parsing: baseURL) } }
        guard (1...65_535).contains(port) else { throw ValidationError("--port is \(port); use 1 to 65535") }
        if let backend, Backend(rawValue: backend) == nil {
            let known = Backend.allCases.map(\.rawValue).joined(separator: ", ")
            throw ValidationError("--backend is \(backend); use one of \(known)")
        }
        if let endpoint, !endpoint.hasPrefix("/") {
            throw ValidationError("--endpoint is \(endpoint); write a path that starts with /")
        }
        guard ca == nil || !insecure else { throw ValidationError("--ca and --insecure exclude each other") }
        for (name, value) in [
            ("--connect-timeout", connectTimeout), ("--first-byte-timeout", firstByteTimeout),
            ("--idle-timeout", idleTimeout), ("--request-timeout", requestTimeout),
        ] where !(value >= 0.001 && value <= 1e6) {
            throw ValidationError("\(name) is \(value); use seconds from 0.001 to 1000000")
        }
        guard (1...1_000_000).contains(maxConnections) else {
            throw ValidationError("--max-connections is \(maxConnections); use 1 to 1000000")
        }
        guard (1...64).contains(clientThreads ?? 1) else {
            throw ValidationError("--client-threads is \(clientThreads ?? 1); use 1 to 64")
        }
        _ = try headers(environment: [:])
    }

    func address() throws(LoadToolError) -> ServerAddress {
        guard let baseURL else { return ServerAddress(host: host, port: port) }
        return try ServerAddress(parsing: baseURL)
    }

    var trust: ServerTrust {
        if insecure { return .anyone }
        return ca.map { .authority(path: $0) } ?? .system
    }

    var limits: ClientLimits {
        var limits = ClientLimits()
        limits.connect = .fromSeconds(connectTimeout)
        limits.firstByte = .fromSeconds(firstByteTimeout)
        limits.idle = .fromSeconds(idleTimeout)
        limits.total = .fromSeconds(requestTimeout)
        limits.connections = maxConnections
        return limits
    }

    var threads: Int {
        clientThreads ?? max(1, min(8, ProcessInfo.processInfo.activeProcessorCount / 2))
    }

    /// Headers of every request; later ones replace earlier ones of the same name.
    func headers(environment: [String: String]) throws -> [(String, String)] {
        var headers = [
            ("Content-Type", "application/json"),
            ("Accept", noStream ? "application/json" : "text/event-stream"),
            ("User-Agent", "baton-load"),
        ]
        if let key = apiKey ?? environment["OPENAI_API_KEY"], !key.isEmpty {
            headers.append(("Authorization", "Bearer \(key)"))
        }
        for text in header {
            guard let mark = text.firstIndex(where: { $0 == "=" || $0 == ":" }) else {
                throw ValidationError("--header is \"\(text)\"; write NAME=VALUE")
            }
            let name = text[..<mark].trimmingCharacters(in: .whitespaces)
            let value = text[text.index(after: mark)...].trimmingCharacters(in: .whitespaces)
            let isToken = !name.isEmpty && name.utf8.allSatisfy { $0 > 32 && $0 < 127 && $0 != 58 }
            guard isToken, value.utf8.allSatisfy({ $0 >= 32 && $0 != 127 }) else {
                throw ValidationError("--header is \"\(text)\"; it has characters that headers cannot have")
            }
            headers.append((name, value))
        }
        return headers
    }

    private func check(_ body: () throws(LoadToolError) -> Void) throws {
        do throws(LoadToolError) { try body() } catch { throw ValidationError("\(error)") }
    }
}
