import KVCache
import ServingTypes
import Testing

@testable import WorkerDaemon

/// A chunk's checksum begins with its place, so that sound bytes in the wrong place fail.
@Suite struct ChunkPlaceTests {
    private static let digest = Bytes128(high: 11, low: 12)
    private static let chunk = KVChunk(
        transfer: KVTransferID(attempt: Made.attempt(7, number: 3), kind: .handOff),
        grant: Grant(rawValue: Bytes128(high: 1, low: 1)),
        number: 4,
        firstLayer: 2,
        layerCount: 4,
        firstBlock: 8,
        blockCount: 16
    )

    private struct Change {
        var what: String
        var chunk: (inout KVChunk) -> Void = { _ in }
        var layout: (inout KVLayout) -> Void = { _ in }
        var digest: (inout Bytes128) -> Void = { _ in }
        var content: UInt64 = 77
    }

    @Test func `any change of place, transfer, content, layout or model changes where the checksum starts`() {
        let changes = [
            Change(what: "nothing"),
            Change(what: "request", chunk: { $0.transfer.attempt.request.rawValue.low += 1 }),
            Change(what: "request, high half", chunk: { $0.transfer.attempt.request.rawValue.high += 1 }),
            Change(what: "attempt", chunk: { $0.transfer.attempt.number += 1 }),
            Change(what: "kind of transfer", chunk: { $0.transfer.kind = .fetch }),
            Change(what: "codec", chunk: { $0.codec = .q8 }),
            Change(what: "content", content: 78),
            Change(what: "first layer", chunk: { $0.firstLayer += 1 }),
            Change(what: "layers", chunk: { $0.layerCount += 1 }),
            Change(what: "first block", chunk: { $0.firstBlock += 1 }),
            Change(what: "blocks", chunk: { $0.blockCount += 1 }),
            Change(what: "layers and blocks exchanged", chunk: { ($0.layerCount, $0.blockCount) = (16, 4) }),
            Change(what: "layout's layers", layout: { $0.layerCount += 1 }),
            Change(what: "layout's heads", layout: { $0.kvHeadCount += 1 }),
            Change(what: "layout's head size", layout: { $0.headDim += 1 }),
            Change(what: "layout's type", layout: { $0.type = .bf16 }),
            Change(what: "layout's block", layout: { $0.blockTokens = 32 }),
            Change(what: "model, high half", digest: { $0.high += 1 }),
            Change(what: "model, low half", digest: { $0.low += 1 }),
        ]
        var starts: [UInt32: String] = [:]
        for change in changes {
            var (chunk, layout, digest) = (Self.chunk, Made.layout, Self.digest)
            change.chunk(&chunk)
            change.layout(&layout)
            change.digest(&digest)
            let start = ChunkPlace(modelDigest: digest, layout: layout)
                .checksumStart(of: chunk, content: KVContentMark(rawValue: change.content))
            #expect(starts[start] == nil, "\(change.what) is the same as \(starts[start] ?? "")")
            starts[start] = change.what
        }
    }

    @Test func `grant, number and checksum are no part of the place, and both ends agree`() {
        var received = Self.chunk
        received.checksum = 99
        received.number = 9
        received.grant = Grant(rawValue: Bytes128(high: 8, low: 8))
        let sender = ChunkPlace(modelDigest: Self.digest, layout: Made.layout)
        let receiver = ChunkPlace(modelDigest: Self.digest, layout: Made.layout)
        let content = KVContentMark(tokens: [1, 2, 3])
        #expect(
            sender.checksumStart(of: Self.chunk, content: content)
                == receiver.checksumStart(of: received, content: content)
        )
    }
}
