internal import KVCodecs
internal import ServingCore
internal import ServingTypes
internal import Synchronization
internal import Transport
internal import Wire

/// A chunk that has arrived, or will not.
struct LandedChunk: Sendable {
    let chunk: KVChunk
    let placement: ChunkPlacement
    var outcome = ChunkOutcome.torn
}

/// The receiving end of one lane: asks the core where each chunk goes and reports what has landed.
final class LaneIntake: LaneReceiverHandler {
    /// What is being read.
    private enum Arriving: Sendable {
        case chunks([LandedChunk])
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
            case .chunks(let chunks): return destination(for: chunks, payloadBytes: header.payloadBytes)
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

    private func destination(for chunks: [KVChunk], payloadBytes: Int) -> LaneDestination {
        let isRaw = chunks.allSatisfy { $0.codec == .raw }
        let chunkBytes = chunks.map { $0.cellCount * node.layerBlockBytes }
        guard isRaw ? chunkBytes.reduce(0, +) == payloadBytes : chunks.count == 1 else {
            return .refuse(reason: "\(chunks.count) chunks with a payload of \(payloadBytes) bytes")
        }
        let placements = node.beginChunks(chunks, from: sender)
        let landing = zip(chunks, placements).map { LandedChunk(chunk: $0, placement: $1) }
        arriving.withLock { $0 = .chunks(landing) }
        let rooms = zip(landing, chunkBytes).map { landed, byteCount -> LaneRoom in
            guard case .blocks(let blocks, let content) = landed.placement else {
                return .discard(byteCount: byteCount)
            }
            return .segments(
                node.segments(of: landed.chunk, blocks: blocks),
                checksumStart: node.checksumStart(of: landed.chunk, content: content)
            )
        }
        if isRaw { return .parts(rooms) }
        guard case .segments(_, let checksumStart) = rooms[0] else { return .discard }
        return .staged(checksumStart: checksumStart)
    }

    func landed(
        _ header: FrameHeader,
        message: [UInt8],
        checksums: [UInt32],
        staged: UnsafeRawBufferPointer?
    ) {
        switch takeArriving() {
        case .chunks(var chunks):
            for (index, checksum) in checksums.enumerated() {
                let chunk = chunks[index].chunk
                let isSound = checksum == chunk.checksum
                let isPlaced = isSound && (staged.map { decode($0, of: chunks[index]) } ?? true)
                chunks[index].outcome = isPlaced ? .landed : .damaged
            }
            node.endChunks(chunks, from: sender)
        case .probe(let probe): node.confirm(probe, to: sender)
        case nil: break
        }
    }

    /// Writes an encoded payload into its blocks.
    private func decode(_ payload: UnsafeRawBufferPointer, of landed: LandedChunk) -> Bool {
        let chunk = landed.chunk
        guard case .blocks(let blocks, _) = landed.placement, let codec = node.codec(chunk.codec) else {
            return false
        }
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
        // What was being read is torn, all chunks of the frame: which of them were whole, the reader no longer says.
        if case .chunks(let chunks) = takeArriving() { node.endChunks(chunks, from: sender) }
        node.laneIntakeClosed(id, sender: sender, error: error)
    }

    private func takeArriving() -> Arriving? {
        arriving.withLock { arriving in
            defer { arriving = nil }
            return arriving
        }
    }
}
