import Foundation
import Transport
import Wire

/// Memory with a fixed address, cut into segments.
final class TestMemory: @unchecked Sendable {
    // Proof: written by one lane thread at a time and read after that thread reported the write through a
    // lock.
    private let storage: UnsafeMutableRawBufferPointer
    let mutableSegments: [UnsafeMutableRawBufferPointer]

    init(_ bytes: [UInt8], cuts: [Int]) {
        let storage = UnsafeMutableRawBufferPointer.allocate(byteCount: bytes.count, alignment: 64)
        storage.copyBytes(from: bytes)
        self.storage = storage
        var start = 0
        mutableSegments = cuts.map { count in
            defer { start += count }
            return UnsafeMutableRawBufferPointer(rebasing: storage[start..<(start + count)])
        }
    }

    deinit { storage.deallocate() }

    var bytes: [UInt8] { Array(storage) }
    var segments: [UnsafeRawBufferPointer] { mutableSegments.map { UnsafeRawBufferPointer($0) } }
}

/// Gives every payload the same memory and records what lands.
final class LaneHandler: LaneReceiverHandler {
    struct Landed: Equatable {
        let streamID: UInt32
        let message: [UInt8]
        let checksum: UInt32
    }
    struct Log {
        var landed: [Landed] = []
        var closed: TransportError??
    }

    let log = Watched(Log())
    /// While false, the lane's thread is held before a payload is read.
    let gate = Watched(true)
    let memory: TestMemory

    init(segments: [Int]) {
        memory = TestMemory([UInt8](repeating: 0, count: segments.reduce(0, +)), cuts: segments)
    }

    func destination(for header: FrameHeader, message: [UInt8]) -> LaneDestination {
        _ = gate.wait { $0 }
        switch header.type {
        case LaneBench.discarded: return .discard
        case LaneBench.refused: return .refuse(reason: "test")
        default: return .segments(memory.mutableSegments, checksumStart: 77)
        }
    }

    func landed(_ header: FrameHeader, message: [UInt8], checksum: UInt32) {
        log.update {
            $0.landed.append(Landed(streamID: header.streamID, message: message, checksum: checksum))
        }
    }

    func laneClosed(error: TransportError?) {
        log.update { $0.closed = .some(error) }
    }
}

/// A server that turns every connection into a lane, and senders to it.
final class LaneBench: LaneSenderDelegate {
    struct Sent {
        var opened = false
        var sent: [UInt64] = []
        var failed: [UInt64] = []
        var closed: TransportError??
    }

    static let carried: UInt16 = 2
    static let discarded: UInt16 = 3
    static let refused: UInt16 = 4

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
    let sent = Watched(Sent())
    private let identity: TLSIdentity

    /// - Parameter greets: true if the server answers a hello, which a lane must not.
    init(destinations: [Int], greets: Bool = false) throws {
        let cluster = try TestCluster()
        let handler = LaneHandler(segments: destinations)
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

    func connect(
        _ configuration: LaneSenderConfiguration = LaneSenderConfiguration(),
        identity other: TLSIdentity? = nil,
        waits: Bool = true
    ) throws -> LaneSender {
        sent.update { $0 = Sent() }
        let sender = try LaneSender(
            to: LaneTarget(host: "127.0.0.1", port: server.port, expectedPeer: "receiver"),
            identity: other ?? identity,
            hello: Self.hello,
            configuration: configuration,
            delegate: self
        )
        if waits, !sent.wait(until: { $0.opened }) { throw TransportError.notConnected }
        return sender
    }

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
            payload: memory.segments,
            checksumStart: checksumStart
        ) { checksum in
            _ = memory  // Stays allocated while the chunk is queued.
            return withUnsafeBytes(of: checksum.littleEndian, Array.init)
        }
    }

    func shutdown() {
        for receiver in receivers.current { receiver.shutdown() }
        server.loop.shutdown()
    }

    func laneOpened(peer: PeerIdentity) { sent.update { $0.opened = true } }

    func laneSent(token: UInt64) { sent.update { $0.sent.append(token) } }

    func laneFailed(tokens: [UInt64], error: TransportError) { sent.update { $0.failed += tokens } }

    func laneClosed(error: TransportError?) { sent.update { $0.closed = .some(error) } }
}
