import Foundation

/// The bytes of one HTTP/1.1 exchange, read in order.
final class HTTPConnection {
    /// How a body ends.
    private enum Framing {
        case length(Int)
        case chunked
        case untilClose
    }

    private let socket: LoopbackSocket
    private var buffer: [UInt8] = []
    private var framing = Framing.untilClose

    init(port: UInt16) throws { socket = try LoopbackSocket(port: port) }

    func close() { socket.close() }

    /// Sends a request that ends the connection after its answer.
    func send(_ method: String, _ path: String, headers: [String: String], body: Data?) throws {
        var head = "\(method) \(path) HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n"
        for (name, value) in headers.sorted(by: <) { head += "\(name): \(value)\r\n" }
        if let body { head += "Content-Type: application/json\r\nContent-Length: \(body.count)\r\n" }
        guard socket.send(Array((head + "\r\n").utf8) + Array(body ?? Data())) else {
            throw ClusterError("the server closed the connection before \(method) \(path) was sent")
        }
    }

    /// Reads status and headers, whose names come in lower case.
    func readHead() throws -> (status: Int, headers: [String: String]) {
        let words = try readLine().split(separator: " ")
        guard words.count >= 2, words[0] == "HTTP/1.1", let status = Int(words[1]) else {
            throw ClusterError("no HTTP status line: \(words)")
        }
        var headers: [String: String] = [:]
        while true {
            let line = try readLine()
            guard !line.isEmpty else { break }
            let parts = line.split(separator: ":", maxSplits: 1)
            guard parts.count == 2 else { throw ClusterError("no HTTP header: \(line)") }
            headers[parts[0].lowercased()] = parts[1].trimmingCharacters(in: .whitespaces)
        }
        if headers["transfer-encoding"]?.lowercased() == "chunked" {
            framing = .chunked
        } else if let length = headers["content-length"].flatMap({ Int($0) }) {
            framing = .length(length)
        }
        return (status, headers)
    }

    /// The next piece of the body; `nil` at its proper end.
    ///
    /// - Throws: ``ClusterError`` if the connection ends before the body does.
    func readBodyPart() throws -> [UInt8]? {
        switch framing {
        case .untilClose:
            if buffer.isEmpty { buffer = try socket.receive() }
            defer { buffer = [] }
            return buffer.isEmpty ? nil : buffer
        case .length(let left):
            guard left > 0 else { return nil }
            let part = try read(min(left, 16 << 10))
            framing = .length(left - part.count)
            return part
        case .chunked:
            let line = try readLine()
            guard let size = Int(line.prefix { $0 != ";" }, radix: 16) else {
                throw ClusterError("no chunk size: \(line)")
            }
            guard size > 0 else {
                _ = try readLine()
                framing = .length(0)
                return nil
            }
            let part = try read(size)
            _ = try readLine()
            return part
        }
    }

    private func readLine() throws -> String {
        while true {
            if let end = buffer.firstIndex(of: UInt8(ascii: "\n")) {
                let line = buffer[..<end].filter { $0 != UInt8(ascii: "\r") }
                buffer.removeSubrange(...end)
                return String(decoding: line, as: UTF8.self)
            }
            try receiveMore()
        }
    }

    private func read(_ count: Int) throws -> [UInt8] {
        while buffer.count < count { try receiveMore() }
        defer { buffer.removeFirst(count) }
        return Array(buffer.prefix(count))
    }

    private func receiveMore() throws {
        let bytes = try socket.receive()
        guard !bytes.isEmpty else { throw ClusterError("the server closed the connection too early") }
        buffer += bytes
    }
}
