internal import ServingTypes
internal import Transport

/// One kept-alive connection that sends a request and waits for the whole answer, again and again.
struct LoadClient {
    /// One answered request.
    struct Timing {
        /// From sending to the first byte of the body, in nanoseconds.
        var first: Int64
        /// To the last byte.
        var last: Int64
    }

    private let socket: LoopbackSocket
    private var bytes: [UInt8] = []
    private var scratch = [UInt8](repeating: 0, count: 64 << 10)

    init(port: UInt16) throws(BenchFailure) { socket = try LoopbackSocket.connect(port: port) }

    /// Sends one request and reads its answer.
    ///
    /// - Parameter mark: bytes that a complete answer holds and an error does not.
    /// - Throws: ``BenchFailure`` with the answer when it is none.
    mutating func ask(_ request: [UInt8], mark: [UInt8]) throws(BenchFailure) -> Timing {
        bytes.removeAll(keepingCapacity: true)
        var scanner = HTTPScanner()
        var first: Int64?
        let start = MonotonicClock.now
        try socket.send(request)
        while true {
            guard try socket.receive(into: &bytes, using: &scratch) else {
                throw BenchFailure("the server closed the connection")
            }
            let end = try scanner.scan(bytes)
            if first == nil, scanner.hasBody(bytes) { first = (MonotonicClock.now - start).nanoseconds }
            guard end != nil else { continue }
            let last = (MonotonicClock.now - start).nanoseconds
            guard bytes.starts(with: Self.success), Self.contains(bytes, mark) else {
                throw BenchFailure("no answer: \(String(decoding: bytes.prefix(600), as: UTF8.self))")
            }
            return Timing(first: first ?? last, last: last)
        }
    }

    private static let success = Array("HTTP/1.1 200".utf8)

    /// Looks from the end, where answers are complete.
    private static func contains(_ bytes: [UInt8], _ mark: [UInt8]) -> Bool {
        guard bytes.count >= mark.count, let head = mark.first else { return false }
        var start = bytes.count - mark.count
        while start >= 0 {
            if bytes[start] == head, bytes[start..<start + mark.count].elementsEqual(mark) { return true }
            start -= 1
        }
        return false
    }
}
