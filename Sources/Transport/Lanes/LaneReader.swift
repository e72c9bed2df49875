internal import Wire

/// What the thread of a ``LaneReceiver`` does: header, message, destination, payload, and again.
struct LaneReader: ~Copyable {
    private static let windowBytes = 16 << 10

    private let session: TLSSession
    private let handler: any LaneReceiverHandler
    private let stallTimeout: Duration
    /// Holds what was read before it was known where it goes; also the sink for payload that nobody wants.
    private let window: UnsafeMutableRawBufferPointer
    /// The part of the window that holds bytes not yet used; they come before those of the session.
    private var pending: Range<Int>
    /// Size of the last header and message: the next ones are probably as long, and one read brings both.
    private var headBytes = FrameHeader.byteCount
    private var staging = LaneScratch()

    /// - Parameter unread: bytes that the control loop had already decrypted, at most one record's.
    init(session: TLSSession, unread: [UInt8], handler: any LaneReceiverHandler, stallTimeout: Duration) {
        self.session = session
        self.handler = handler
        self.stallTimeout = stallTimeout
        precondition(unread.count <= Self.windowBytes, "\(unread.count) bytes are unread")
        window = .allocate(byteCount: Self.windowBytes, alignment: 64)
        window.copyBytes(from: unread)
        pending = 0..<unread.count
    }

    deinit { window.deallocate() }

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
        guard try gatherHeader() else { return nil }
        let bytes = window[pending.prefix(FrameHeader.byteCount)]
        pending = (pending.lowerBound + FrameHeader.byteCount)..<pending.upperBound
        do throws(FrameError) {
            let header = try FrameHeader(decoding: UnsafeRawBufferPointer(rebasing: bytes))
            headBytes = min(FrameHeader.byteCount + header.messageBytes, Self.windowBytes)
            return header
        } catch {
            throw .frame(error)
        }
    }

    /// Has a whole header pending; false if the stream ended before its first byte.
    private mutating func gatherHeader() throws(TransportError) -> Bool {
        guard pending.count < FrameHeader.byteCount else { return true }
        window.copyMemory(from: UnsafeRawBufferPointer(rebasing: window[pending]))
        pending = 0..<pending.count
        while pending.count < FrameHeader.byteCount {
            let room = UnsafeMutableRawBufferPointer(rebasing: window[pending.count..<headBytes])
            guard let count = try readSession(into: room) else {
                guard pending.isEmpty else { throw .truncatedFrame }
                return false
            }
            if count == 0 {
                guard pending.isEmpty else { throw stalled }
                staging.release()
            }
            pending = 0..<(pending.count + count)
        }
        return true
    }

    private mutating func receiveBody(_ header: FrameHeader) throws(TransportError) {
        var message = [UInt8](repeating: 0, count: header.messageBytes)
        try fillArray(&message)
        switch handler.destination(for: header, message: message) {
        case .parts(let rooms):
            let checksums = try receive(header.payloadBytes, into: rooms)
            handler.landed(header, message: message, checksums: checksums, staged: nil)
        case .staged(let checksumStart):
            let room = try staging.room(for: header.payloadBytes)
            let checksum = try receive(into: room, checksum: checksumStart)
            handler.landed(header, message: message, checksums: [checksum], staged: .init(room))
        case .discard:
            try discard(header.payloadBytes)
        case .refuse(let reason):
            throw .refused(reason: reason)
        }
    }

    private mutating func receive(
        _ payloadBytes: Int,
        into rooms: [LaneRoom]
    ) throws(TransportError) -> [UInt32] {
        var givenBytes = 0
        for room in rooms { givenBytes += room.byteCount }
        guard givenBytes == payloadBytes else {
            throw .destinationMismatch(payloadBytes: payloadBytes, givenBytes: givenBytes)
        }
        var checksums: [UInt32] = []
        checksums.reserveCapacity(rooms.count)
        for room in rooms {
            switch room {
            case .segments(let segments, let start):
                checksums.append(try receive(into: segments, checksum: start))
            case .discard(let byteCount):
                try discard(byteCount)
                checksums.append(0)
            }
        }
        return checksums
    }

    private mutating func receive(
        into segments: [UnsafeMutableRawBufferPointer],
        checksum: UInt32
    ) throws(TransportError) -> UInt32 {
        var checksum = checksum
        var run = UnsafeMutableRawBufferPointer(start: nil, count: 0)
        for segment in segments {
            if let longer = run.joined(to: segment) {
                run = longer
            } else {
                checksum = try receive(into: run, checksum: checksum)
                run = segment
            }
        }
        return try receive(into: run, checksum: checksum)
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
            let count = try read(into: rest)
            checksum = LaneChecksum.advance(checksum, over: UnsafeRawBufferPointer(rebasing: rest[..<count]))
            filled += count
        }
        return checksum
    }

    private mutating func discard(_ byteCount: Int) throws(TransportError) {
        var left = byteCount - min(byteCount, pending.count)
        pending = (pending.lowerBound + (byteCount - left))..<pending.upperBound
        while left > 0 {
            let count = min(left, window.count)
            try fill(UnsafeMutableRawBufferPointer(rebasing: window[..<count]))
            left -= count
        }
    }

    private mutating func fillArray(_ bytes: inout [UInt8]) throws(TransportError) {
        // The array's storage is borrowed through a copy of the pointer, because `self` is changed within.
        var failure: TransportError?
        bytes.withUnsafeMutableBytes { buffer in
            do throws(TransportError) {
                try fill(buffer)
            } catch {
                failure = error
            }
        }
        if let failure { throw failure }
    }

    /// Fills the buffer, within a frame.
    private mutating func fill(_ buffer: UnsafeMutableRawBufferPointer) throws(TransportError) {
        var filled = 0
        while filled < buffer.count {
            filled += try read(into: UnsafeMutableRawBufferPointer(rebasing: buffer[filled...]))
        }
    }

    /// Bytes read within a frame, at least one.
    private mutating func read(into buffer: UnsafeMutableRawBufferPointer) throws(TransportError) -> Int {
        guard pending.isEmpty else {
            let piece = pending.prefix(buffer.count)
            buffer.copyMemory(from: UnsafeRawBufferPointer(rebasing: window[piece]))
            pending = piece.upperBound..<pending.upperBound
            return piece.count
        }
        guard let count = try readSession(into: buffer) else { throw .truncatedFrame }
        guard count > 0 else { throw stalled }
        return count
    }

    /// Bytes read, at least one; 0 if none came in the stall timeout; `nil` at the end of the stream.
    private func readSession(into buffer: UnsafeMutableRawBufferPointer) throws(TransportError) -> Int? {
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
