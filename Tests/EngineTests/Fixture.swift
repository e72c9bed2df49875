import CKernels
import Foundation
import ModelFormat
import ServingTypes

@testable import Engine

/// Model files, instruction sets and sequences that several suites share.
enum Fixture {
    /// The folder of this file: golden files are read from the source tree, where a copy cannot be stale.
    private static let tests = URL(fileURLWithPath: #filePath).deletingLastPathComponent()

    /// Path of a file in the folder of golden files.
    static func golden(_ name: String) -> String { tests.appendingPathComponent("Golden/\(name)").path }

    /// The tiny model with F32 weights.
    static func tinyModel() throws -> GGUFFile {
        try GGUFFile.open(path: golden("tiny-llama-f32.gguf"))
    }

    /// The built-in model with Q8_0 weights.
    static func builtInModel() throws -> GGUFFile {
        let top = tests.deletingLastPathComponent().deletingLastPathComponent()
        return try GGUFFile.open(path: top.appendingPathComponent("models/baton-tiny-q8_0.gguf").path)
    }

    /// Every instruction set that this machine can run, the scalar twin first.
    static let instructionSets: [ck_isa] = [CK_SCALAR, CK_AVX2, CK_AVX512, CK_NEON]
        .filter { ck_kernels_for($0) != nil }

    /// An engine over the tiny model.
    static func tinyEngine(
        kvType: KVType = .f32,
        blockTokens: Int = 16,
        threadCount: Int = 1,
        isa: ck_isa? = nil
    ) throws -> CPUEngine {
        try CPUEngine(
            model: try tinyModel(),
            kvType: kvType,
            blockTokens: blockTokens,
            threadCount: threadCount,
            isa: (isa ?? ck_kernels_best().pointee.isa).rawValue
        )
    }

    /// Blocks `first..<first + count` for `tokens` tokens.
    static func table(_ layout: KVLayout, tokens: Int, first: Int = 0) -> [BlockIndex] {
        (0..<layout.blockCount(tokens: tokens)).map { BlockIndex(rawValue: UInt32(first + $0)) }
    }

    /// A request whose logits are wanted; how it is sampled does not matter.
    static let anySample = SampleRequest(parameters: SamplingParameters(), output: [])

    /// Random tokens of a vocabulary.
    static func tokens(_ count: Int, below vocabulary: Int, using random: inout Randomness) -> [TokenID] {
        (0..<count).map { _ in TokenID.random(in: 0..<TokenID(vocabulary), using: &random) }
    }

    /// Copies blocks between arenas, as a transfer does, renumbering them.
    static func move(_ table: [BlockIndex], from: KVArena, to: KVArena, as other: [BlockIndex]) {
        for (source, target) in zip(table, other) {
            for layer in 0..<from.layout.layerCount {
                to.segment(layer: layer, block: target)
                    .copyMemory(from: UnsafeRawBufferPointer(from.segment(layer: layer, block: source)))
            }
        }
    }

    /// Generates `count` tokens after a prompt that is prefilled in chunks of `chunkTokens`.
    static func generate(
        _ engine: some InferenceEngine,
        arena: KVArena,
        table: [BlockIndex],
        prompt: [TokenID],
        output: [TokenID] = [],
        count: Int,
        chunkTokens: Int = .max,
        parameters: SamplingParameters
    ) throws -> [TokenID] {
        var output = output
        var position = output.isEmpty ? 0 : prompt.count + output.count - 1
        while output.count < count {
            let known = prompt + output
            let end = min(known.count, position + min(chunkTokens, known.count))
            let isLast = end == known.count
            let sequence = StepSequence(
                tokens: known[position..<end],
                position: position,
                table: table,
                sample: isLast ? SampleRequest(parameters: parameters, output: output[...]) : nil
            )
            let outcome = try engine.step([sequence], arena: arena) { _ in }
            if let token = outcome.first?.token { output.append(token.id) }
            position = end
        }
        return output
    }

    /// Continues greedily or by seed from a prompt's reduced KV of `budgetTokens` tokens.
    static func decode(
        _ engine: some InferenceEngine,
        arena: KVArena,
        table: [BlockIndex],
        promptTokens: Int,
        budgetTokens: Int,
        output: [TokenID],
        count: Int,
        parameters: SamplingParameters
    ) throws -> [TokenID] {
        var output = output
        while output.count < count {
            let sequence = StepSequence(
                tokens: output.suffix(1),
                position: budgetTokens + output.count - 1,
                table: table,
                sample: SampleRequest(parameters: parameters, output: output[...]),
                rotaryOffset: promptTokens - budgetTokens
            )
            guard let token = try engine.step([sequence], arena: arena, afterLayer: { _ in }).first?.token
            else { return output }
            output.append(token.id)
        }
        return output
    }

    /// Overwrites blocks as earlier use could have left them; as numbers, it is NaN.
    static func soil(_ arena: KVArena) {
        for layer in 0..<arena.layout.layerCount {
            for block in 0..<arena.blockCount {
                arena.segment(layer: layer, block: BlockIndex(rawValue: UInt32(block)))
                    .initializeMemory(as: UInt8.self, repeating: 0xff)
            }
        }
    }

    /// Bytes of a token's keys, then of its values, of one KV head.
    static func bytes(_ arena: KVArena, _ table: [BlockIndex], layer: Int, kvHead: Int, index: Int) -> [UInt8]
    {
        let layout = arena.layout
        let (block, slot) = index.quotientAndRemainder(dividingBy: layout.blockTokens)
        let size = layout.headDim * layout.type.elementBytes
        let segment = arena.segment(layer: layer, block: table[block])
        return [kvHead, layout.kvHeadCount + kvHead].flatMap { piece in
            let first = (piece * layout.blockTokens + slot) * size
            return Array(segment[first..<first + size])
        }
    }

    /// Positions in `table` of the tokens that lie in `reduced`, found by their bytes; -1 for one that is nowhere.
    static func kept(
        _ arena: KVArena,
        layer: Int,
        kvHead: Int,
        of table: [BlockIndex],
        promptTokens: Int,
        in reduced: [BlockIndex],
        budgetTokens: Int
    ) -> [Int] {
        var positions: [[UInt8]: Int] = [:]
        for position in 0..<promptTokens {
            positions[bytes(arena, table, layer: layer, kvHead: kvHead, index: position)] = position
        }
        return (0..<budgetTokens).map { index in
            positions[bytes(arena, reduced, layer: layer, kvHead: kvHead, index: index), default: -1]
        }
    }
}
