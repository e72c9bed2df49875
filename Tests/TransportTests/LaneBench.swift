import TestSupport
import Transport
import Wire

/// Gives every payload the same memory and records what lands.
final class LaneHandler: LaneReceiverHandler {
    struct Landed: Equatable {
        let streamID: UInt32
        let message: [UInt8]
        let checksums: [UInt32]
        let staged: [UInt8]?
    }
    struct Log {
        var landed: [Landed] = []
        var closed: TransportError??
    }

    let log = Watched(Log())
    /// While false, the lane's thread is held before a payload is read.
    let gate = Watched(true)
    let memory: TestMemory

    init(segments: [Int], gap: Int) {
        let zeros = [UInt8](repeating: 0, count: segments.reduce(0, +))
        memory = TestMemory(zeros, cuts: segments, gap: gap)
    }

    func destination(for header: FrameHeader, message: [UInt8]) -> LaneDestination {
        _ = gate.wait { $0 }
        switch header.type {
        case LaneBench.discarded: return .discard
        case LaneBench.refused: return .refuse(reason: "test")
        case LaneBench.staged: return .staged(checksumStart: 77)
        default: return .parts([.segments(memory.mutableSegments, checksumStart: 77)])
        }
    }

    func landed(
        _ header: FrameHeader,
        message: [UInt8],
        checksums: [UInt32],
        staged: UnsafeRawBufferPointer?
    ) {
        let landed = Landed(
            streamID: header.streamID,
            message: message,
            checksums: checksums,
            staged: staged.map(Array.init)
        )
        log.update { $0.landed.append(landed) }
    }

    func laneClosed(error: TransportError?) {
        log.update { $0.closed = .some(error) }
    }
}

/// A server that turns every connection into a lane, and senders to it.
final class LaneBench: Sendable {
    static let carried: UInt16 = 2
    static let discarded: UInt16 = 3
    static let refused: UInt16 = 4
    static let staged: UInt16 = 5

    static var hello: Frame {
        do {
            return try Frame(type: 1, streamID: 0, message: [1, 2, 3])
        } catch {
            preconditionFailure("\(error)")
        }
    }

    let cluster: TestCluster
    let server: TestServer
    let handler: LaneHandler
    let receivers: Watched<[LaneReceiver]>
    private let identity: TLSIdentity

    /// - Parameters:
    ///   - gap: bytes between the destinations.
    ///   - greets: true if the server answers a hello, which a lane must not.
    init(destinations: [Int], gap: Int = 0, greets: Bool = false) throws {
        let cluster = try TestCluster()
        let handler = LaneHandler(segments: destinations, gap: gap)
        let receivers = Watched<[LaneReceiver]>([])
        let box = Watched<ControlLoop?>(nil)
        var limits = LaneReceiverConfiguration()
        limits.stallTimeout = .milliseconds(500)
        let configuration = limits
        let recorder = LoopRecorder { frame, id in
            guard frame == Self.hello else { return .close }
            if greets { try? box.current?.send(frame, on: id) }
            handler.log.update { $0.closed = nil }
            let receiver = LaneReceiver(handler: handler, configuration: configuration)
            receivers.update { $0.append(receiver) }
            return .detach(to: receiver)
        }
        self.cluster = cluster
        self.handler = handler
        self.receivers = receivers
        server = try TestServer(cluster.identity("receiver"), recorder: recorder)
        box.update { [server] in $0 = server.loop }
        identity = try cluster.identity("sender")
    }

    /// Opens a lane for a source.
    func sender(
        for source: any LaneSource,
        _ configuration: LaneSenderConfiguration = LaneSenderConfiguration(),
        identity other: TLSIdentity? = nil
    ) throws -> LaneSender {
        try LaneSender(
            to: LaneTarget(host: "127.0.0.1", port: server.port, expectedPeer: "receiver"),
            identity: other ?? identity,
            hello: Self.hello,
            configuration: configuration,
            source: source
        )
    }

    /// Opens a lane whose source has these chunks from the beginning.
    func connect(
        _ configuration: LaneSenderConfiguration = LaneSenderConfiguration(),
        identity other: TLSIdentity? = nil,
        sending chunks: [LaneChunk] = [],
        silentQuestions: Set<Int> = [],
        waits: Bool = true
    ) throws -> TestLane {
        let lane = TestLane()
        lane.log.update { log in
            log.waiting = chunks
            log.silentQuestions = silentQuestions
        }
        try lane.open { try sender(for: $0, configuration, identity: other) }
        if waits, !lane.log.wait(until: { $0.isOpened }) { throw TransportError.notConnected }
        return lane
    }

    /// A chunk whose message is its checksum and its size.
    func chunk(
        _ token: UInt64,
        _ payload: LanePayload,
        type: UInt16 = carried
    ) -> LaneChunk {
        LaneChunk(
            token: token,
            type: type,
            streamID: UInt32(token),
            payload: payload,
            message: Self.message
        )
    }

    /// A chunk that lies in memory.
    func chunk(
        _ token: UInt64,
        _ memory: TestMemory,
        type: UInt16 = carried,
        checksumStart: UInt32 = 0
    ) -> LaneChunk {
        LaneChunk(
            token: token,
            type: type,
            streamID: UInt32(token),
            payload: .parts([LanePart(memory.segments, checksumStart: checksumStart)])
        ) { checksums, payloadBytes in
            _ = memory  // Stays allocated while the chunk waits.
            return Self.message(checksum: checksums[0], payloadBytes: payloadBytes)
        }
    }

    static let message: @Sendable ([UInt32], Int) -> [UInt8] = { checksums, payloadBytes in
        message(checksum: checksums[0], payloadBytes: payloadBytes)
    }

    static func message(checksum: UInt32, payloadBytes: Int) -> [UInt8] {
        withUnsafeBytes(of: checksum.littleEndian, Array.init)
            + withUnsafeBytes(of: UInt32(payloadBytes).littleEndian, Array.init)
    }

    func shutdown() {
        for receiver in receivers.current { receiver.shutdown() }
        server.loop.shutdown()
    }
}
