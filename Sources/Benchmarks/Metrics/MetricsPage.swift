internal import Foundation
internal import ServingTypes
internal import Transport

/// One scrape.
struct MetricsPage {
    /// The answer's body.
    var text: Substring
    /// From sending the request to the last byte.
    var seconds: Double

    /// Lines that are no comments.
    var seriesCount: Int { text.utf8.split(separator: 10).count { $0.first != UInt8(ascii: "#") } }

    /// The value of one series, written as on the page.
    func value(_ series: String) -> Double? {
        guard let found = text.firstRange(of: "\n\(series) ") else { return nil }
        return Double(text[found.upperBound...].prefix { $0 != "\n" })
    }

    /// Reads `/metrics` on a new connection.
    static func fetch(port: UInt16) throws -> MetricsPage {
        let start = MonotonicClock.now
        let socket = try LoopbackSocket.connect(port: port)
        try socket.send(Array("GET /metrics HTTP/1.1\r\nHost: router\r\nConnection: close\r\n\r\n".utf8))
        var bytes: [UInt8] = []
        var scratch = [UInt8](repeating: 0, count: 1 << 18)
        while try socket.receive(into: &bytes, using: &scratch) {}
        let seconds = (MonotonicClock.now - start).inSeconds
        let text = String(decoding: bytes, as: UTF8.self)
        guard text.hasPrefix("HTTP/1.1 200 "), let head = text.firstRange(of: "\r\n\r\n") else {
            throw BenchFailure("/metrics answered: \(text.prefix(200))")
        }
        return MetricsPage(text: text[head.upperBound...], seconds: seconds)
    }
}
