/// Turns the bytes of a connection, in whatever pieces they arrive, into frames.
///
/// It holds at most one unfinished frame (24 bytes + 64 KiB + 4 MiB), grown as bytes arrive and not
/// as the header promises. After an error it repeats that error: there is no way to find the next
/// frame in a broken stream.
public struct FrameDecoder: Sendable {
    /// What one call to ``consume(_:)`` did.
    public struct Progress: Sendable {
        /// The finished frame, if the bytes completed one.
        public let frame: Frame?
        /// How many of the given bytes were used; the rest must be given again.
        public let consumedBytes: Int
    }

    private enum State {
        case header
        case message(FrameHeader)
        case payload(FrameHeader, message: [UInt8])
        case failed(FrameError)
    }

    private static let firstReservation = 16 << 10

    private var state = State.header
    private var buffer: [UInt8] = []

    /// Starts at the first byte of a connection.
    public init() {}

    /// Uses bytes up to the end of the first frame they complete.
    ///
    /// Call it again with the unused rest until a call returns no frame; then all bytes were used.
    /// - Throws: ``FrameError`` if the stream is broken.
    /// - Complexity: O(bytes used).
    public mutating func consume(_ bytes: UnsafeRawBufferPointer) throws(FrameError) -> Progress {
        var rest = bytes[...]
        while true {
            switch state {
            case .failed(let error):
                throw error
            case .header:
                guard let part = take(from: &rest, count: FrameHeader.byteCount) else { break }
                try enterMessage(headerBytes: part)
                continue
            case .message(let header):
                guard let part = take(from: &rest, count: header.messageBytes) else { break }
                state = .payload(header, message: part)
                continue
            case .payload(let header, let message):
                guard let part = take(from: &rest, count: header.payloadBytes) else { break }
                state = .header
                let frame = Frame(header: header, message: message, payload: part)
                return Progress(frame: frame, consumedBytes: rest.startIndex - bytes.startIndex)
            }
            return Progress(frame: nil, consumedBytes: bytes.count)
        }
    }

    private mutating func enterMessage(headerBytes: [UInt8]) throws(FrameError) {
        let decoded = headerBytes.withUnsafeBytes { bytes in
            Result { () throws(FrameError) in try FrameHeader(decoding: bytes) }
        }
        switch decoded {
        case .success(let header):
            state = .message(header)
        case .failure(let error):
            state = .failed(error)
            throw error
        }
    }

    /// Moves bytes into the buffer; hands the buffer over once it holds `count`.
    private mutating func take(from rest: inout Slice<UnsafeRawBufferPointer>, count: Int) -> [UInt8]? {
        if buffer.isEmpty { buffer.reserveCapacity(min(count, Self.firstReservation)) }
        let piece = rest.prefix(count - buffer.count)
        buffer.append(contentsOf: piece)
        rest = rest.dropFirst(piece.count)
        guard buffer.count == count else { return nil }
        defer { buffer = [] }
        return buffer
    }
}
