import DaemonKit
import ServingTypes
import TestSupport
import Transport
import Wire

@testable import WorkerDaemon

/// The receiving side of a ``LaneBench``: takes lanes and chunks, or does not.
final class TestIntake: LinkHandler {
    enum Behaviour {
        /// Takes everything.
        case take
        /// Takes no lane.
        case refuseLanes
        /// Takes lanes and refuses the chunk with this first block.
        case refuseChunk(Int)
    }

    struct Log {
        /// Chunks in the order in which they landed, with whether their checksum is right.
        var landed: [(chunk: KVChunk, isIntact: Bool, byte: UInt8)] = []
        var laneCount = 0
    }

    let log = Watched(Log())
    /// While false, a lane's thread is held before a payload is read.
    let gate = Watched(true)
    let progress: UInt64 = 0
    fileprivate let behaviour: Behaviour
    fileprivate let blockBytes: Int
    private let receivers = Watched<[LaneReceiver]>([])

    init(_ behaviour: Behaviour, blockBytes: Int) {
        self.behaviour = behaviour
        self.blockBytes = blockBytes
    }

    func laneReceiver(for peer: LinkPeer) -> LaneReceiver? {
        if case .refuseLanes = behaviour { return nil }
        let receiver = LaneReceiver(handler: TestLane(self))
        receivers.update { $0.append(receiver) }
        log.update { $0.laneCount += 1 }
        return receiver
    }

    func linkOpened(_ link: ConnectionID, peer: LinkPeer) {}
    func linkBeat(_ link: ConnectionID, from peer: LinkPeer, progress: UInt64, roundTrip: Duration?) {}
    func linkReceived(_ message: Message, on link: ConnectionID, from peer: LinkPeer) {}
    func linkClosed(_ link: ConnectionID, peer: LinkPeer?, reason: ServingError) {}

    func shutdown() {
        for receiver in receivers.current { receiver.shutdown() }
    }
}

/// One lane with memory for one chunk at a time.
private final class TestLane: LaneReceiverHandler, @unchecked Sendable {
    // Proof: all calls of one lane come from its own thread, one after the other.
    private let intake: TestIntake
    private var memory: [UnsafeMutableRawBufferPointer] = []
    private var chunk: KVChunk?

    init(_ intake: TestIntake) { self.intake = intake }

    deinit { for block in memory { block.deallocate() } }

    func destination(for header: FrameHeader, message: [UInt8]) -> LaneDestination {
        _ = intake.gate.wait { $0 }
        guard let type = MessageType(rawValue: header.type),
            case .success(.chunks(let chunks)) = Result(catching: {
                try Message.decode(type: type, header: message, payload: [])
            }), let chunk = chunks.first
        else { return .refuse(reason: "not a chunk") }
        if case .refuseChunk(chunk.firstBlock) = intake.behaviour { return .refuse(reason: "not this one") }
        self.chunk = chunk
        while memory.count < chunk.blockCount {
            memory.append(.allocate(byteCount: intake.blockBytes, alignment: 64))
        }
        let room = LaneRoom.segments(
            Array(memory.prefix(chunk.blockCount)),
            checksumStart: LaneBench.place.checksumStart(of: chunk, content: LaneBench.content)
        )
        return .parts([room])
    }

    func landed(
        _ header: FrameHeader,
        message: [UInt8],
        checksums: [UInt32],
        staged: UnsafeRawBufferPointer?
    ) {
        guard let chunk, let byte = memory.first?.first else { return }
        intake.log.update { $0.landed.append((chunk, [chunk.checksum] == checksums, byte)) }
    }

    func laneClosed(error: TransportError?) {}
}
