internal import Foundation
internal import Glibc
internal import ServingTypes
internal import Transport

/// An HTTP client with one kept connection, which stamps what arrives as soon as the kernel hands it over.
final class StreamClient {
    private static let patienceSeconds = 60
    private static let readBytes = 64 << 10

    private let descriptor: Int32
    private let port: UInt16

    /// Connects to a server on this machine.
    init(port: UInt16) throws(BenchFailure) {
        self.port = port
        descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        guard descriptor >= 0 else { throw Self.failure("cannot make a socket") }
        var on: Int32 = 1
        let size = socklen_t(MemoryLayout<Int32>.size)
        setsockopt(descriptor, Int32(IPPROTO_TCP), TCP_NODELAY, &on, size)
        var patience = timeval(tv_sec: Self.patienceSeconds, tv_usec: 0)
        let timeSize = socklen_t(MemoryLayout<timeval>.size)
        setsockopt(descriptor, SOL_SOCKET, SO_RCVTIMEO, &patience, timeSize)
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = port.bigEndian
        address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
        let result = withUnsafePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                connect(descriptor, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
            }
        }
        guard result == 0 else { throw Self.failure("cannot connect to port \(port)") }
    }

    deinit { close(descriptor) }

    /// The status of a GET.
    func status(of path: String) throws -> Int? {
        try exchange("GET \(path) HTTP/1.1\r\nHost: 127.0.0.1:\(port)\r\n\r\n").answer.status
    }

    /// Posts a completion and reads its stream to the end.
    ///
    /// - Returns: when the request began to leave, and the events.
    /// - Throws: ``BenchFailure`` with the server's words when its status is not 200.
    func complete(_ body: String) throws -> (sentAt: Timestamp, events: [AnswerReader.Event]) {
        let head =
            "POST /v1/completions HTTP/1.1\r\nHost: 127.0.0.1:\(port)\r\nContent-Type: application/json\r\n"
            + "Content-Length: \(body.utf8.count)\r\n\r\n"
        let (sentAt, answer) = try exchange(head + body)
        guard answer.status == 200 else {
            let text = String(decoding: answer.body, as: UTF8.self)
            throw BenchFailure("the router answered \(answer.status ?? 0): \(text.prefix(500))")
        }
        return (sentAt, answer.events)
    }

    private func exchange(_ request: String) throws(BenchFailure) -> (sentAt: Timestamp, answer: AnswerReader)
    {
        let bytes = Array(request.utf8)
        let sentAt = MonotonicClock.now
        try send(bytes)
        var answer = AnswerReader()
        var buffer = [UInt8](repeating: 0, count: Self.readBytes)
        while !answer.isComplete {
            let count = recv(descriptor, &buffer, buffer.count, 0)
            let time = MonotonicClock.now
            if count < 0, errno == EINTR { continue }
            guard count > 0 else {
                throw count == 0
                    ? BenchFailure("the router closed the connection")
                    : Self.failure("nothing from the router")
            }
            try answer.take(buffer.prefix(count), at: time)
        }
        return (sentAt, answer)
    }

    private func send(_ bytes: [UInt8]) throws(BenchFailure) {
        var rest = bytes[...]
        while !rest.isEmpty {
            let count = rest.withUnsafeBytes {
                Glibc.send(descriptor, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL))
            }
            if count < 0, errno == EINTR { continue }
            guard count > 0 else { throw Self.failure("cannot send to the router") }
            rest = rest.dropFirst(count)
        }
    }

    private static func failure(_ what: String) -> BenchFailure {
        BenchFailure("\(what): \(String(cString: strerror(errno)))")
    }
}
