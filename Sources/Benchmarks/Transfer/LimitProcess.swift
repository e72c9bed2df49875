internal import CBenchLimit
internal import Foundation

/// One end of a plain C transfer, run as a process of its own by this program's hidden subcommands.
///
/// The settings travel as one JSON argument, the outcome comes back as the last line of the output.
enum LimitProcess {
    /// What both ends must agree on, and where they meet.
    struct Settings: Codable {
        var host: String
        /// Receiver: 0 lets the system choose.
        var port: UInt16
        var connections: Int
        var bytesPerConnection: Int
        var chunkBytes: Int
        /// Memory per connection.
        var arenaBytes: Int
        var usesTLS: Bool
        var usesChecksum: Bool
        /// Microseconds from an echo to the next ping; 0 for none.
        var pingInterval: Int
        var authorityPath: String
        var certificatePath: String
        var privateKeyPath: String
    }

    /// What one end measured.
    struct Outcome: Codable {
        var bytes: Int
        var seconds: Double
        var processorSeconds: Double
        /// Round trips in milliseconds; the sender's only.
        var pings: [Double]
    }

    private static let pingCapacity = 1 << 16

    /// Receives; prints the port first, then the outcome.
    static func receive(_ settings: Settings) throws {
        var result = bench_limit_result()
        var port: UInt16 = 0
        let listener = withC(settings) { bench_limit_listen($0, &port, &result) }
        guard let listener else { throw failure(of: result) }
        print("port \(port)")
        fflush(nil)
        guard bench_limit_receive(listener, &result) == 0 else { throw failure(of: result) }
        print(try ReportText.json(outcome(result, pings: [])))
    }

    /// Sends; prints the outcome.
    static func send(_ settings: Settings) throws {
        var result = bench_limit_result()
        var pings = [Double](repeating: 0, count: settings.pingInterval > 0 ? pingCapacity : 0)
        let status = withC(settings) { bench_limit_send($0, &result, &pings, pings.count) }
        guard status == 0 else { throw failure(of: result) }
        let times = pings.prefix(Int(result.ping_count)).map { $0 / 1e3 }
        print(try ReportText.json(outcome(result, pings: times)))
    }

    private static func outcome(_ result: bench_limit_result, pings: [Double]) -> Outcome {
        Outcome(
            bytes: Int(result.bytes),
            seconds: result.seconds,
            processorSeconds: result.cpu_seconds,
            pings: pings
        )
    }

    private static func failure(of result: bench_limit_result) -> BenchFailure {
        BenchFailure(
            withUnsafeBytes(of: result.error) { String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self) }
        )
    }

    private static func withC<Value>(
        _ settings: Settings,
        _ body: (UnsafePointer<bench_limit_settings>) -> Value
    ) -> Value {
        settings.host.withCString { host in
            settings.authorityPath.withCString { authority in
                settings.certificatePath.withCString { certificate in
                    settings.privateKeyPath.withCString { key in
                        var c = bench_limit_settings()
                        c.host = host
                        c.port = settings.port
                        c.connections = Int32(settings.connections)
                        c.bytes_per_connection = UInt64(settings.bytesPerConnection)
                        c.chunk_bytes = settings.chunkBytes
                        c.arena_bytes = settings.arenaBytes
                        c.uses_tls = settings.usesTLS ? 1 : 0
                        c.uses_checksum = settings.usesChecksum ? 1 : 0
                        c.ping_interval_us = Int32(settings.pingInterval)
                        c.authority_path = authority
                        c.certificate_path = certificate
                        c.private_key_path = key
                        return body(&c)
                    }
                }
            }
        }
    }
}
