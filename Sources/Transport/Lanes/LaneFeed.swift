internal import CLinux
internal import ServingTypes
internal import Wire

/// Moves chunks from a lane's source to its session, on the lane's thread.
struct LaneFeed: ~Copyable {
    private let session: TLSSession
    private let control: LaneSenderControl
    private let configuration: LaneSenderConfiguration
    private let source: any LaneSource
    private var writer: RecordWriter
    private var scratch = LaneScratch()
    /// Token of the chunk that was taken and not yet reported finished.
    private(set) var openToken: UInt64?
    /// When the lane closes itself; set by the first sleep after a chunk.
    private var idleEnd: Timestamp?
    /// A payload of so many bytes begins with a record.
    private static let alignedBytes = 128 << 10

    init(
        session: TLSSession,
        control: LaneSenderControl,
        configuration: LaneSenderConfiguration,
        source: any LaneSource
    ) {
        self.session = session
        self.control = control
        self.configuration = configuration
        self.source = source
        writer = RecordWriter(session: session, stallTimeout: configuration.stallTimeout)
    }

    /// Sends the hello, then what the source gives, until the lane is asked to end.
    mutating func run(hello: Frame) throws(TransportError) {
        guard let peer = session.peer else { preconditionFailure("a finished handshake has a peer") }
        try append(hello.encoded())
        try writer.flush()
        #if BATON_BENCH_PLAINTEXT
        session.leaveTLS()
        #endif
        source.laneOpened(peer: peer)
        var finished: LaneFinished?
        while !control.isStopped {
            control.beginWork()
            // Read before the question: what the source had when the lane was closed is still sent.
            let isClosed = control.isClosed
            let chunk = source.nextChunk(after: finished)
            finished = nil
            openToken = chunk?.token
            if let chunk {
                idleEnd = nil
                finished = LaneFinished(token: chunk.token, wireBytes: try send(chunk))
                control.noteKeyUpdates(session.keyUpdateCount)
            } else {
                try writer.flush()
                guard !isClosed else { return }
                try sleep()
            }
        }
    }

    /// Sends one chunk, all but what does not fill a record; its payload's size.
    private mutating func send(_ chunk: LaneChunk) throws(TransportError) -> Int {
        switch chunk.payload {
        case .parts(let parts):
            var payloadBytes = 0
            for part in parts { for segment in part.segments { payloadBytes += segment.count } }
            try check(payloadBytes)
            try appendPrefix(of: chunk, payloadBytes: payloadBytes, checksums: parts.map(Self.checksum))
            // What is whole records follows from where it lies; behind a prefix in the same record each segment
            // would be copied in part. For little payload a record of its own costs more than that.
            if payloadBytes >= Self.alignedBytes { try writer.flush() }
            try append(parts)
            return payloadBytes
        case .encoded(let limit, let checksumStart, let encode):
            try check(limit)
            let room = try scratch.room(for: limit)
            let payloadBytes = encode(room)
            precondition((0...limit).contains(payloadBytes), "\(payloadBytes) of \(limit) bytes encoded")
            let payload = UnsafeRawBufferPointer(rebasing: room[..<payloadBytes])
            let checksum = LaneChecksum.advance(checksumStart, over: payload)
            try appendPrefix(of: chunk, payloadBytes: payloadBytes, checksums: [checksum])
            try writer.append(payload)
            return payloadBytes
        }
    }

    /// Checked before the payload is read or made.
    private func check(_ payloadBytes: Int) throws(TransportError) {
        guard payloadBytes <= FrameHeader.payloadLimit else {
            throw .frame(.payloadTooLarge(bytes: payloadBytes, limit: FrameHeader.payloadLimit))
        }
    }

    private mutating func appendPrefix(
        of chunk: LaneChunk,
        payloadBytes: Int,
        checksums: [UInt32]
    ) throws(TransportError) {
        let message = chunk.message(checksums, payloadBytes)
        var prefix: [UInt8] = []
        prefix.reserveCapacity(FrameHeader.byteCount + message.count)
        do throws(FrameError) {
            let header = try FrameHeader(
                type: chunk.type,
                streamID: chunk.streamID,
                messageBytes: message.count,
                payloadBytes: payloadBytes
            )
            header.encode(into: &prefix)
        } catch {
            throw .frame(error)
        }
        prefix.append(contentsOf: message)
        try append(prefix)
    }

    private static func checksum(of part: LanePart) -> UInt32 {
        var checksum = part.checksumStart
        for segment in part.segments { checksum = LaneChecksum.advance(checksum, over: segment) }
        return checksum
    }

    private mutating func append(_ parts: [LanePart]) throws(TransportError) {
        var run = UnsafeRawBufferPointer(start: nil, count: 0)
        for part in parts {
            for segment in part.segments {
                if let longer = run.joined(to: segment) {
                    run = longer
                } else {
                    try writer.append(run)
                    run = segment
                }
            }
        }
        try writer.append(run)
    }

    private mutating func append(_ bytes: [UInt8]) throws(TransportError) {
        try bytes.withUnsafeBytesThrowing { bytes throws(TransportError) in try writer.append(bytes) }
    }

    /// Waits for a wake, the end, a word from the peer, or the moment to give memory back or to close.
    private mutating func sleep() throws(TransportError) {
        guard control.fallAsleep() else { return }
        let now = MonotonicClock.now
        let idleEnd = idleEnd ?? now + configuration.idleTimeout
        self.idleEnd = idleEnd
        // The source was asked since the lane last slept: once more than its sleep lasted.
        guard now < idleEnd else { throw .idle(after: configuration.idleTimeout) }
        let pauseEnd = scratch.byteCount == 0 ? idleEnd : min(idleEnd, now + configuration.scratchTimeout)
        let ready = clinux_wait_two(
            session.socket.number,
            Readiness.readable,
            control.signal.number,
            Readiness.readable,
            MonotonicClock.pollTimeout(until: pauseEnd)
        )
        guard ready >= 0 else { throw .system(operation: "poll", code: -ready) }
        if ready & 2 != 0 { control.signal.drain() }
        if ready & 1 != 0, let word = session.readPeersWord() { throw word }
        if ready == 0 { scratch.release() }
    }
}
