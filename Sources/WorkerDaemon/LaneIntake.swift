internal import KVCodecs
internal import ServingCore
internal import ServingTypes
internal import Synchronization
internal import Transport
internal import Wire

/// The receiving end of one lane: asks the core where each chunk goes and reports what has landed.
final class LaneIntake: LaneReceiverHandler {
    /// What is being read.
    private enum Arriving: Sendable {
        case chunk(KVChunk, ChunkPlacement)
        case probe(KVProbe)
    }

    private let node: WorkerNode
    private let sender: WorkerRef
    /// What the sender's certificate permits.
    private let roles: SenderRoles
    private let id: UInt64
    private let arriving = Mutex<Arriving?>(nil)

    init(node: WorkerNode, sender: WorkerRef, roles: SenderRoles, id: UInt64) {
        self.node = node
        self.sender = sender
        self.roles = roles
        self.id = id
    }

    func destination(for header: FrameHeader, message: [UInt8]) -> LaneDestination {
        do throws(WireError) {
            guard let type = MessageType(rawValue: header.type) else { throw .unknownType(header.type) }
            let decoded = try Message.decode(type: type, header: message, payload: [])
            try decoded.checkSender(roles)
            switch decoded {
            case .chunk(let chunk): return destination(for: chunk, payloadBytes: header.payloadBytes)
            case .probe(let probe) where probe.payloadBytes == header.payloadBytes:
                arriving.withLock { $0 = .probe(probe) }
                return .staged(checksumStart: 0)
            case .probe: return .refuse(reason: "a probe whose payload has another size than it says")
            default: return .refuse(reason: "message type \(header.type) on a lane")
            }
        } catch {
            return .refuse(reason: error.description)
        }
    }

    private func destination(for chunk: KVChunk, payloadBytes: Int) -> LaneDestination {
        let (placement, checksumStart) = node.beginChunk(chunk, from: sender)
        guard case .blocks(let blocks) = placement else { return .discard }
        arriving.withLock { $0 = .chunk(chunk, placement) }
        guard chunk.codec == .raw else { return .staged(checksumStart: checksumStart) }
        let segments = node.segments(of: chunk, blocks: blocks)
        guard segments.reduce(0, { $0 + $1.count }) == payloadBytes else {
            finish(.damaged)
            return .discard
        }
        return .segments(segments, checksumStart: checksumStart)
    }

    func landed(
        _ header: FrameHeader,
        message: [UInt8],
        checksum: UInt32,
        staged: UnsafeRawBufferPointer?
    ) {
        switch arriving.withLock({ $0 }) {
        case .chunk(let chunk, let placement):
            let isSound = checksum == chunk.checksum
            let isPlaced = isSound && (staged.map { decode($0, of: chunk, placement) } ?? true)
            finish(isPlaced ? .landed : .damaged)
        case .probe(let probe):
            arriving.withLock { $0 = nil }
            node.confirm(probe, to: sender)
        case nil: break
        }
    }

    /// Writes an encoded payload into its blocks.
    private func decode(
        _ payload: UnsafeRawBufferPointer,
        of chunk: KVChunk,
        _ placement: ChunkPlacement
    ) -> Bool {
        guard case .blocks(let blocks) = placement, let codec = node.codec(chunk.codec) else { return false }
        do throws(KVCodecError) {
            try codec.decode(
                payload,
                firstLayer: chunk.firstLayer,
                blockCount: chunk.blockCount,
                into: node.segments(of: chunk, blocks: blocks)
            )
            return true
        } catch {
            node.logger.warning("chunk.undecodable", metadata: ["peer": "\(sender)", "error": "\(error)"])
            return false
        }
    }

    func laneClosed(error: TransportError?) {
        finish(.torn)
        node.laneIntakeClosed(id, sender: sender, error: error)
    }

    private func finish(_ outcome: ChunkOutcome) {
        let ended = arriving.withLock { arriving in
            defer { arriving = nil }
            return arriving
        }
        guard case .chunk(let chunk, let placement) = ended else { return }
        node.endChunk(chunk, placement: placement, outcome, from: sender)
    }
}
