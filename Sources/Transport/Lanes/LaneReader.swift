internal import CLinux
internal import Wire

/// What the thread of a ``LaneReceiver`` does: header, message, destination, payload, and again.
struct LaneReader: ~Copyable {
    private static let scratchBytes = 16 << 10

    private let session: TLSSession
    private let handler: any LaneReceiverHandler
    private let stallTimeout: Duration
    /// Bytes that the control loop had already decrypted; they come first.
    private var unread: ArraySlice<UInt8>
    /// The sink for payload that nobody wants; also holds each header.
    private let scratch: UnsafeMutableRawBufferPointer

    init(session: TLSSession, unread: [UInt8], handler: any LaneReceiverHandler, stallTimeout: Duration) {
        self.session = session
        self.unread = unread[...]
        self.handler = handler
        self.stallTimeout = stallTimeout
        scratch = .allocate(byteCount: Self.scratchBytes, alignment: 64)
    }

    deinit { scratch.deallocate() }

    /// Reads frames until the lane ends; says why it did.
    mutating func run() -> TransportError {
        do throws(TransportError) {
            while let header = try nextHeader() {
                try receiveBody(header)
            }
            return .closedByPeer
        } catch {
            return error
        }
    }

    /// Waits for the next frame; `nil` if the peer closed the lane before it.
    private mutating func nextHeader() throws(TransportError) -> FrameHeader? {
        let bytes = UnsafeMutableRawBufferPointer(rebasing: scratch[..<FrameHeader.byteCount])
        guard try fill(bytes, mayEnd: true) else { return nil }
        do throws(FrameError) {
            return try FrameHeader(decoding: UnsafeRawBufferPointer(bytes))
        } catch {
            throw .frame(error)
        }
    }

    private mutating func receiveBody(_ header: FrameHeader) throws(TransportError) {
        var message = [UInt8](repeating: 0, count: header.messageBytes)
        try fillArray(&message)
        switch handler.destination(for: header, message: message) {
        case .segments(let segments, let checksumStart):
            let givenBytes = segments.reduce(0) { $0 + $1.count }
            guard givenBytes == header.payloadBytes else {
                throw .destinationMismatch(payloadBytes: header.payloadBytes, givenBytes: givenBytes)
            }
            var checksum = checksumStart
            for segment in segments { checksum = try receive(into: segment, checksum: checksum) }
            handler.landed(header, message: message, checksum: checksum)
        case .discard:
            try discard(header.payloadBytes)
        case .refuse(let reason):
            throw .refused(reason: reason)
        }
    }

    /// Fills a segment, checksumming each record while it is in the cache.
    private mutating func receive(
        into segment: UnsafeMutableRawBufferPointer,
        checksum: UInt32
    ) throws(TransportError) -> UInt32 {
        var checksum = checksum
        var filled = 0
        while filled < segment.count {
            let rest = UnsafeMutableRawBufferPointer(rebasing: segment[filled...])
            guard let count = try read(into: rest) else { throw .truncatedFrame }
            guard count > 0 else { throw stalled }
            checksum = clinux_crc32c(checksum, rest.baseAddress, count)
            filled += count
        }
        return checksum
    }

    private mutating func discard(_ byteCount: Int) throws(TransportError) {
        var left = byteCount
        while left > 0 {
            let count = min(left, scratch.count)
            _ = try fill(UnsafeMutableRawBufferPointer(rebasing: scratch[..<count]), mayEnd: false)
            left -= count
        }
    }

    private mutating func fillArray(_ bytes: inout [UInt8]) throws(TransportError) {
        // The array's storage is borrowed through a copy of the pointer, because `self` is changed within.
        var failure: TransportError?
        bytes.withUnsafeMutableBytes { buffer in
            do throws(TransportError) {
                _ = try fill(buffer, mayEnd: false)
            } catch {
                failure = error
            }
        }
        if let failure { throw failure }
    }

    /// Fills the buffer; false if the stream ended before its first byte and may do so.
    private mutating func fill(
        _ buffer: UnsafeMutableRawBufferPointer,
        mayEnd: Bool
    ) throws(TransportError) -> Bool {
        var filled = 0
        while filled < buffer.count {
            let rest = UnsafeMutableRawBufferPointer(rebasing: buffer[filled...])
            let isBetweenFrames = mayEnd && filled == 0
            guard let count = try read(into: rest) else {
                guard isBetweenFrames else { throw .truncatedFrame }
                return false
            }
            guard count > 0 || isBetweenFrames else { throw stalled }
            filled += count
        }
        return true
    }

    /// Bytes read, at least one; 0 if none came in the stall timeout; `nil` at the end of the stream.
    private mutating func read(into buffer: UnsafeMutableRawBufferPointer) throws(TransportError) -> Int? {
        guard unread.isEmpty else {
            let piece = unread.prefix(buffer.count)
            buffer.copyBytes(from: piece)
            unread = unread.dropFirst(piece.count)
            return piece.count
        }
        do throws(TLSError) {
            switch try session.read(into: buffer) {
            case .done(let count): return count
            case .wantsRead, .wantsWrite: return 0
            case .closed: return nil
            }
        } catch {
            throw .tls(error)
        }
    }

    private var stalled: TransportError {
        .timedOut(operation: "receiving a frame on a lane", after: stallTimeout)
    }
}
