import Logging
import ServingTypes

/// Values that tests are about the shape of, not the content.
enum Made {
    static let logger = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }

    static func worker(_ name: String, boot: UInt64 = 1) -> WorkerRef {
        WorkerRef(id: WorkerID(rawValue: name), incarnation: Incarnation(rawValue: boot))
    }

    static func attempt(_ request: UInt64, number: UInt32 = 1) -> AttemptID {
        AttemptID(request: RequestID(rawValue: Bytes128(high: 0, low: request)), number: number)
    }

    static func chunk(_ attempt: AttemptID, firstBlock: Int = 0, blockCount: Int = 1) -> KVChunk {
        KVChunk(
            transfer: KVTransferID(attempt: attempt, kind: .handOff),
            grant: Grant(rawValue: Bytes128(high: 5, low: 5)),
            number: UInt32(firstBlock + 1),
            firstLayer: 0,
            layerCount: 2,
            firstBlock: firstBlock,
            blockCount: blockCount
        )
    }

    static let layout = KVLayout(layerCount: 4, kvHeadCount: 1, headDim: 8, type: .f16, blockTokens: 16)
}
