internal import ServingTypes

/// Reads one HTTP/1.1 answer as its bytes arrive, and stamps events with the time at which they were complete.
struct AnswerReader {
    /// The data of one server-sent event.
    struct Event: Equatable {
        var data: String
        /// When its last byte had arrived.
        var at: Timestamp
    }

    private enum State {
        case statusLine
        case headers
        case chunkSize
        /// Bytes that are left; a chunk is followed by an empty line, a body of known length by nothing.
        case data(left: Int, isChunk: Bool)
        case chunkEnd
        case trailers
        case complete
    }

    private static let lineLimit = 1 << 20

    /// The HTTP status, once it was read.
    private(set) var status: Int?
    private(set) var events: [Event] = []
    /// Body bytes that belong to no event yet; of an answer that is no stream, the whole body.
    private(set) var body: [UInt8] = []
    private var state = State.statusLine
    private var line: [UInt8] = []
    private var isChunked = false
    private var bodyBytes = 0

    /// Whether all of the answer has arrived.
    var isComplete: Bool { if case .complete = state { true } else { false } }

    /// Takes bytes that arrived together.
    ///
    /// - Throws: ``BenchFailure`` when they are not HTTP, or go on after the end of the answer.
    mutating func take(_ bytes: some Sequence<UInt8>, at time: Timestamp) throws(BenchFailure) {
        for byte in bytes { try take(byte, at: time) }
    }

    private mutating func take(_ byte: UInt8, at time: Timestamp) throws(BenchFailure) {
        if case .data(let left, let isChunk) = state {
            append(byte, at: time)
            guard left == 1 else {
                state = .data(left: left - 1, isChunk: isChunk)
                return
            }
            state = isChunk ? .chunkEnd : .complete
            return
        }
        guard !isComplete else { throw BenchFailure("the server sent more than its answer") }
        guard byte == UInt8(ascii: "\n") else {
            guard line.count < Self.lineLimit else { throw BenchFailure("the server sent an endless line") }
            line.append(byte)
            return
        }
        if line.last == UInt8(ascii: "\r") { line.removeLast() }
        let text = String(decoding: line, as: UTF8.self)
        line.removeAll(keepingCapacity: true)
        state = try next(after: text)
    }

    /// What follows a line outside of the body.
    private mutating func next(after line: String) throws(BenchFailure) -> State {
        switch state {
        case .statusLine:
            let words = line.split(separator: " ")
            guard words.count >= 2, words[0].hasPrefix("HTTP/1."), let code = Int(words[1]) else {
                throw BenchFailure("the server's answer begins with \(line.prefix(80))")
            }
            status = code
            return .headers
        case .headers:
            guard line.isEmpty else {
                try readHeader(line.lowercased())
                return .headers
            }
            if isChunked { return .chunkSize }
            return bodyBytes == 0 ? .complete : .data(left: bodyBytes, isChunk: false)
        case .chunkSize:
            let digits = line.prefix { $0 != ";" && $0 != " " }
            guard let size = Int(digits, radix: 16), size >= 0 else {
                throw BenchFailure("the server sent a chunk of size \(line.prefix(80))")
            }
            return size == 0 ? .trailers : .data(left: size, isChunk: true)
        case .chunkEnd:
            guard line.isEmpty else { throw BenchFailure("a chunk of the server has no end") }
            return .chunkSize
        case .trailers: return line.isEmpty ? .complete : .trailers
        case .data, .complete: return state
        }
    }

    private mutating func readHeader(_ line: String) throws(BenchFailure) {
        let parts = line.split(separator: ":", maxSplits: 1)
        guard parts.count == 2 else { throw BenchFailure("the server sent the header \(line.prefix(80))") }
        let value = parts[1].drop { $0 == " " }
        switch parts[0] {
        case "transfer-encoding": isChunked = value == "chunked"
        case "content-length":
            guard let bytes = Int(value), bytes >= 0 else {
                throw BenchFailure("the server sent a body of \(value.prefix(80)) bytes")
            }
            bodyBytes = bytes
        default: return
        }
    }

    /// An event ends with an empty line; only its `data:` matters here, and the router writes one per event.
    private mutating func append(_ byte: UInt8, at time: Timestamp) {
        body.append(byte)
        guard byte == UInt8(ascii: "\n"), body.suffix(2).elementsEqual([byte, byte]) else { return }
        let text = String(decoding: body.dropLast(2), as: UTF8.self)
        guard text.hasPrefix("data:") else { return }
        events.append(Event(data: String(text.dropFirst(5).drop { $0 == " " }), at: time))
        body.removeAll(keepingCapacity: true)
    }
}
