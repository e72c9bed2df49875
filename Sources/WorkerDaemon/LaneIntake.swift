internal import ServingCore
internal import ServingTypes
internal import Synchronization
internal import Transport
internal import Wire

/// The receiving end of one lane: asks the core where each chunk goes and reports what has landed.
final class LaneIntake: LaneReceiverHandler {
    /// The chunk whose payload is being read.
    private struct Arriving {
        var chunk: KVChunk
        var placement: ChunkPlacement
    }

    private let node: WorkerNode
    private let sender: WorkerRef
    private let id: UInt64
    private let arriving = Mutex<Arriving?>(nil)

    init(node: WorkerNode, sender: WorkerRef, id: UInt64) {
        self.node = node
        self.sender = sender
        self.id = id
    }

    func destination(for header: FrameHeader, message: [UInt8]) -> LaneDestination {
        guard header.type == MessageType.chunk.rawValue else {
            return .refuse(reason: "message type \(header.type) on a lane")
        }
        do throws(WireError) {
            let decoded = try Message.decode(type: .chunk, header: message, payload: [])
            guard case .chunk(let chunk) = decoded else { return .refuse(reason: "not a chunk") }
            return destination(for: chunk, payloadBytes: header.payloadBytes)
        } catch {
            return .refuse(reason: error.description)
        }
    }

    private func destination(for chunk: KVChunk, payloadBytes: Int) -> LaneDestination {
        let placement = node.beginChunk(chunk, from: sender)
        guard case .blocks(let blocks) = placement else { return .discard }
        let (segments, checksumStart) = node.memory(of: chunk, blocks: blocks)
        let expected = segments.reduce(0) { $0 + $1.count }
        arriving.withLock { $0 = Arriving(chunk: chunk, placement: placement) }
        guard expected == payloadBytes else {
            finish(isIntact: false)
            return .refuse(reason: "a chunk of \(expected) bytes has a payload of \(payloadBytes)")
        }
        return .segments(segments, checksumStart: checksumStart)
    }

    func landed(_ header: FrameHeader, message: [UInt8], checksum: UInt32) {
        let expected = arriving.withLock { $0?.chunk.checksum }
        finish(isIntact: checksum == expected)
    }

    func laneClosed(error: TransportError?) {
        // Torn inside a chunk: the rest of that transfer cannot come over this lane, so it fails as lost.
        if arriving.withLock({ $0 != nil }) { node.handle(.peerLost(sender)) }
        finish(isIntact: false)
        node.laneIntakeClosed(id, sender: sender, error: error)
    }

    private func finish(isIntact: Bool) {
        let ended = arriving.withLock { arriving in
            defer { arriving = nil }
            return arriving
        }
        guard let ended else { return }
        node.endChunk(ended.chunk, placement: ended.placement, isIntact: isIntact, from: sender)
    }
}
