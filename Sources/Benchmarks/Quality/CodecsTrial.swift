internal import Engine
internal import KVCodecs
internal import ServingTypes

/// One prompt, prefilled once and then decoded from its KV as it is and from what each codec makes of it.
///
/// As in a hand-off, the first token comes from the exact KV. The expected answer is then fed token by token:
/// a greedy answer is right exactly if every token of it is the likeliest one after those before, and all
/// caches are compared on the same text.
struct CodecsTrial {
    /// Rows of a prefill step.
    private static let chunkTokens = 512

    let engine: CPUEngine
    let options: CodecsOptions
    let prompt: [TokenID]
    /// Answer with its end token.
    let answer: [TokenID]

    /// Runs every codec; the tallies are in the order of `KVCodec.allCases`.
    func run() throws -> [CodecTally] {
        let codecs = KVCodec.allCases
        let count = engine.layout.blockCount(tokens: prompt.count + answer.count)
        let tables = codecs.indices.map { index in
            (index * count..<(index + 1) * count).map { BlockIndex(rawValue: UInt32($0)) }
        }
        let arena = try KVArena(layout: engine.layout, blockCount: codecs.count * count)
        // Raw is the first, and what the others are made of.
        let first = try prefill(tables[0], arena)
        var tallies = try zip(codecs, tables).map { codec, table in
            try carry(codec, from: tables[0], to: table, arena)
        }
        var isRight = codecs.map { _ in Self.likeliest(first) == answer.first }
        for (index, pair) in zip(answer, answer.dropFirst()).enumerated() {
            let batch = tables.map { table in
                StepSequence(
                    tokens: [pair.0],
                    position: prompt.count + index,
                    table: table,
                    sample: Self.request
                )
            }
            let logits = try engine.logits(batch, arena: arena).compactMap { $0 }
            let raw = LogProbabilities(logits[0])
            for (codec, row) in logits.enumerated() {
                isRight[codec] = isRight[codec] && Self.likeliest(row) == pair.1
                tallies[codec].divergences.append(raw.divergence(of: LogProbabilities(row)))
            }
        }
        for index in tallies.indices {
            tallies[index].prompts = 1
            tallies[index].right = isRight[index] ? 1 : 0
        }
        return tallies
    }

    /// Computes the prompt's KV; yields the logits of the first token.
    private func prefill(_ table: [BlockIndex], _ arena: KVArena) throws -> [Float] {
        var logits: [Float] = []
        for first in stride(from: 0, to: prompt.count, by: Self.chunkTokens) {
            let chunk = prompt[first..<min(first + Self.chunkTokens, prompt.count)]
            let step = StepSequence(tokens: chunk, position: first, table: table, sample: Self.request)
            logits = try engine.logits([step], arena: arena).first.flatMap { $0 } ?? []
        }
        return logits
    }

    /// Takes the prompt's blocks through a codec, chunk by chunk.
    private func carry(
        _ codec: KVCodec,
        from source: [BlockIndex],
        to target: [BlockIndex],
        _ arena: KVArena
    ) throws -> CodecTally {
        let layout = engine.layout
        let blocks = layout.blockCount(tokens: prompt.count)
        let bytes = blocks * layout.blockBytes
        guard codec.isLossy else { return CodecTally(rawBytes: bytes, codedBytes: bytes) }
        let step = max(1, options.chunkKib * 1_024 / layout.layerBlockBytes)
        var lane = CodecLane(codec, layout: layout, blockCount: step)
        for layer in 0..<layout.layerCount {
            for first in stride(from: 0, to: blocks, by: step) {
                let chunk = first..<min(first + step, blocks)
                try lane.carry(
                    source[chunk].map { UnsafeRawBufferPointer(arena.segment(layer: layer, block: $0)) },
                    to: target[chunk].map { arena.segment(layer: layer, block: $0) },
                    layer: layer
                )
            }
        }
        return lane.tally
    }

    private static let request = SampleRequest(parameters: SamplingParameters(), output: [])

    private static func likeliest(_ logits: [Float]) -> TokenID? {
        logits.indices.max { (logits[$0], $1) < (logits[$1], $0) }.map { TokenID($0) }
    }
}
