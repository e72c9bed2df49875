import Engine
import Foundation
import ModelFormat
import ServingTypes
import Testing
import Tokenization

@testable import KVCodecs

/// The KV of a real model: what `baton-bench codecs` measures at length, for one prompt.
@Suite struct BuiltInModelTests {
    private static let top = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
        .deletingLastPathComponent().deletingLastPathComponent()
    private static let fact = "The code of the velvet quarry is 7305."
    private static let filler = """
        Anna walked to the old harbour. A cat sat near the quiet garden. Emma bought 31 lamps in the blue \
        market. The code of the dusty chapel is 1968. It was a windy morning. Leo gave the kite to Rosa. \
        Hugo drew the tall tower. The fox and the owl ate bread together.
        """

    @Test(arguments: Chunk.lossy)
    func `the model recalls the same from coded KV`(codec: KVCodec) throws {
        let file = try GGUFFile.open(
            path: Self.top.appendingPathComponent("models/baton-tiny-q8_0.gguf").path
        )
        let engine = try CPUEngine(model: file, kvType: .f16, threadCount: 2)
        let tokenizer = try Tokenizer(Vocabulary(from: file))
        let question = "What is the code of the velvet quarry?"
        let text = [Self.filler, Self.fact, Self.filler, Self.filler, question].joined(separator: " ")
        let prompt = try tokenizer.encodeChat(
            [ChatMessage(role: .user, content: text)],
            with: ChatTemplate(tokenizer.vocabulary)
        )
        let answer = tokenizer.encode(Self.fact, addSpecial: false, parseSpecial: false)
        let count = engine.layout.blockCount(tokens: prompt.count + answer.count)
        let table = (0..<count).map { BlockIndex(rawValue: UInt32($0)) }
        let arena = try KVArena(layout: engine.layout, blockCount: count)
        var greedy = SamplingParameters()
        greedy.temperature = 0
        let request = SampleRequest(parameters: greedy, output: [])
        func next(_ tokens: ArraySlice<TokenID>, at position: Int) throws -> TokenID? {
            let step = StepSequence(tokens: tokens, position: position, table: table, sample: request)
            return try engine.step([step], arena: arena) { _ in }.first?.token?.id
        }
        var output = [try #require(try next(prompt[...], at: 0))]
        let ratio = try code(codec, arena, table, tokens: prompt.count)
        let most: Double = codec == .cachegen ? 0.333 : 0.54
        #expect(ratio <= most, "\(ratio) of the bytes")
        while output.count < answer.count {
            let position = prompt.count + output.count - 1
            output.append(try #require(try next(output.suffix(1), at: position)))
        }
        #expect(output == answer, "\(tokenizer.decode(output, includesControl: true))")
    }

    /// Replaces the KV of the prompt's blocks by what a codec makes of it; yields coded bytes per raw byte.
    private func code(_ codec: KVCodec, _ arena: KVArena, _ table: [BlockIndex], tokens: Int) throws -> Double
    {
        let layout = arena.layout
        let blocks = layout.blockCount(tokens: tokens)
        var chunk = Chunk(layout, layerCount: layout.layerCount, blockCount: blocks)
        var cells: [UnsafeMutableRawBufferPointer] = []
        for layer in 0..<layout.layerCount {
            for block in table[..<blocks] { cells.append(arena.segment(layer: layer, block: block)) }
        }
        chunk.bytes.removeAll(keepingCapacity: true)
        for cell in cells { chunk.bytes.append(contentsOf: cell) }
        let payload = chunk.encoded(codec)
        let after = try chunk.decoded(payload, codec)
        #expect(after != chunk.bytes)
        for (index, cell) in cells.enumerated() {
            let first = index * cell.count
            cell.copyBytes(from: after[first..<first + cell.count])
        }
        return Double(payload.count) / Double(chunk.bytes.count)
    }
}
