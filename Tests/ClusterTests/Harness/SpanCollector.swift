import Foundation
import Synchronization

/// An OTLP/HTTP collector on loopback that keeps every span it is sent.
final class SpanCollector: Sendable {
    /// A span as it came.
    struct Span: Decodable, Sendable {
        struct Attribute: Decodable, Sendable {
            struct Value: Decodable, Sendable {
                var stringValue: String?
                var intValue: String?
                var doubleValue: Double?
            }

            var key: String
            var value: Value
        }

        struct Status: Decodable, Sendable {
            var code: Int?
        }

        var traceId: String
        var spanId: String
        var parentSpanId: String?
        var name: String
        var startTimeUnixNano: String
        var endTimeUnixNano: String
        var attributes: [Attribute]
        var status: Status

        var start: Int { Int(startTimeUnixNano) ?? 0 }
        var end: Int { Int(endTimeUnixNano) ?? 0 }
        /// Length in seconds.
        var seconds: Double { Double(end - start) / 1e9 }
        func text(_ key: String) -> String? { attributes.first { $0.key == key }?.value.stringValue }
        func count(_ key: String) -> Int? {
            attributes.first { $0.key == key }?.value.intValue.flatMap { Int($0) }
        }
    }

    private struct Document: Decodable {
        struct Resource: Decodable {
            struct Scope: Decodable { var spans: [Span] }
            var scopeSpans: [Scope]
        }
        var resourceSpans: [Resource]
    }

    /// The URL of the collector, without a path.
    let url: String
    private let descriptor: Int32
    private let received = Mutex<[Result<[Span], any Error>]>([])

    init() throws {
        descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
        var size = socklen_t(MemoryLayout<sockaddr_in>.size)
        let descriptor = descriptor
        let result = withUnsafeMutablePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { pointer in
                bind(descriptor, pointer, size) | listen(descriptor, 16)
                    | getsockname(descriptor, pointer, &size)
            }
        }
        guard result == 0 else { throw ClusterError("no collector: \(String(cString: strerror(errno)))") }
        url = "http://127.0.0.1:\(UInt16(bigEndian: address.sin_port))"
        Thread.detachNewThread { [self] in accept() }
    }

    /// Ends the thread that accepts; connections end with their clients.
    func close() { shutdown(descriptor, Int32(SHUT_RDWR)) }

    /// All spans of a trace; empty until they have come.
    func spans(ofTrace trace: String) throws -> [Span] {
        try received.withLock { $0 }.flatMap { try $0.get() }.filter { $0.traceId == trace }
    }

    private func accept() {
        while true {
            let connection = Foundation.accept(descriptor, nil, nil)
            guard connection >= 0 else { break }
            Thread.detachNewThread { [self] in serve(connection) }
        }
        Foundation.close(descriptor)
    }

    /// Reads requests with a length, one after the other, and answers each with an empty object.
    private func serve(_ connection: Int32) {
        defer { Foundation.close(connection) }
        var bytes = Data()
        var buffer = [UInt8](repeating: 0, count: 64 << 10)
        while true {
            while let (body, rest) = Self.split(bytes) {
                bytes = rest
                let spans = Result { try Self.spans(in: body) }
                received.withLock { $0.append(spans) }
                let answer =
                    "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 2\r\n\r\n{}"
                guard send(connection, answer, answer.utf8.count, Int32(MSG_NOSIGNAL)) > 0 else { return }
            }
            let count = recv(connection, &buffer, buffer.count, 0)
            guard count > 0 else { return }
            bytes.append(contentsOf: buffer[..<count])
        }
    }

    /// The body of the first request and what follows it, once it is there.
    private static func split(_ bytes: Data) -> (body: Data, rest: Data)? {
        guard let end = bytes.range(of: Data("\r\n\r\n".utf8)) else { return nil }
        let head = String(decoding: bytes[..<end.lowerBound], as: UTF8.self).lowercased()
        guard let field = head.firstRange(of: "content-length: ") else { return nil }
        let length = Int(head[field.upperBound...].prefix { $0.isNumber }) ?? 0
        guard bytes.endIndex - end.upperBound >= length else { return nil }
        let body = bytes[end.upperBound..<end.upperBound + length]
        return (Data(body), Data(bytes[body.endIndex...]))
    }

    private static func spans(in body: Data) throws -> [Span] {
        let document = try JSONDecoder().decode(Document.self, from: body)
        return document.resourceSpans.flatMap(\.scopeSpans).flatMap(\.spans)
    }
}
