import Foundation
import ModelFormat
import Testing
import Tokenization

/// Files that lie; none may do more harm than an error.
@Suite struct GGUFDamageTests {
    typealias Builder = GGUFBuilder

    static let rows:
        [(requirement: String, damage: @Sendable (inout Builder) -> Void, expected: GGUFProblem)] = [
            ("another format", { $0.magic = "GGML" }, .notGGUF(firstBytes: Array("GGML".utf8))),
            ("version 1", { $0.version = 1 }, .unsupportedVersion(1)),
            ("big-endian", { $0.version = UInt32(3).byteSwapped }, .bigEndian),
            (
                "an absurd number of tensors", { $0.tensorCount = .max },
                .tooMany(what: "tensors", count: .max, limit: 1 << 18)
            ),
            (
                "an absurd number of keys", { $0.metadataCount = 1 << 40 },
                .tooMany(what: "metadata entries", count: 1 << 40, limit: 1 << 16)
            ),
            (
                "one key twice", { $0.metadata.append(("general.name", .bool(true))) },
                .duplicateKey("general.name")
            ),
            (
                "an unknown value type", { $0["x"] = .raw(type: 13, bytes: []) },
                .unknownValueType(key: "x", type: 13)
            ),
            (
                "an array of arrays", { $0["x"] = .raw(type: 9, bytes: [9, 0, 0, 0]) },
                .nestedArray(key: "x")
            ),
            (
                "an alignment of 3", { $0["general.alignment"] = .uint32(3) },
                .badAlignment(3)
            ),
            (
                "an alignment of 0", { $0["general.alignment"] = .uint32(0) },
                .badAlignment(0)
            ),
            (
                "one tensor twice", { $0.tensors.append($0.tensors[0]) },
                .duplicateTensor("token_embd.weight")
            ),
            (
                "an unknown tensor type", { $0.tensors[0].type = 4 },
                .unknownTensorType(tensor: "token_embd.weight", type: 4)
            ),
            (
                "five dimensions", { $0.tensors[0].shape = [1, 1, 1, 1, 1] },
                .badTensor(tensor: "token_embd.weight", reason: "has 5 dimensions (1 to 4 exist)")
            ),
            (
                "an empty dimension", { $0.tensors[0].shape = [32, 0] },
                .badTensor(tensor: "token_embd.weight", reason: "has a dimension of 0")
            ),
            (
                "a size beyond 64 bits", { $0.tensors[0].shape = [1 << 40, 1 << 40] },
                .badTensor(
                    tensor: "token_embd.weight",
                    reason: "has impossible shape [1099511627776, 1099511627776]"
                )
            ),
            (
                "rows of broken blocks",
                { $0.tensors[0] = .init(name: "q", shape: [33], type: 8, byteCount: 68) },
                .badTensor(
                    tensor: "q",
                    reason: "is Q8_0, stored in blocks of 32, but its rows have 33 elements"
                )
            ),
            (
                "a start between alignments", { $0.tensors[0].offset = 4 },
                .badTensor(tensor: "token_embd.weight", reason: "starts at 4, not a multiple of 32")
            ),
            (
                "a start beyond the address space", { $0.tensors[0].offset = .max },
                .badTensor(tensor: "token_embd.weight", reason: "starts at impossible offset \(UInt64.max)")
            ),
            (
                "shared bytes",
                {
                    $0.tensors = [("a", 0), ("b", 32)].map {
                        .init(name: $0, shape: [16], offset: $1, byteCount: 64)
                    }
                },
                .overlappingTensors("a", "b")
            ),
        ]

    @Test(arguments: rows.indices)
    func `a damaged file is refused with a sentence`(row: Int) throws {
        let (requirement, damage, expected) = Self.rows[row]
        var builder = Builder.llama()
        damage(&builder)
        try builder.write { path in
            #expect(throws: GGUFError(path: path, problem: expected), "\(requirement)") {
                try GGUFFile.open(path: path)
            }
        }
        #expect("\(expected)".contains(":"), "\(requirement): \(expected)")
    }

    @Test func `version 2 and other alignments are read`() throws {
        var builder = Builder.llama()
        (builder.version, builder.alignment) = (2, 64)
        builder["general.alignment"] = .uint32(64)
        builder.tensors.append(.init(name: "z", shape: [3], byteCount: 12))
        try builder.write { path in
            let file = try GGUFFile.open(path: path)
            let last = try file.tensor("z", shape: [3])
            #expect(file.version == 2 && Array(last.bytes) == (1...12).map { UInt8($0) })
        }
    }

    @Test func `a file cut short anywhere is an error`() throws {
        let whole = Builder.llama().bytes
        for count in Set(Array(0..<600) + stride(from: 600, to: whole.count, by: 487)) {
            try Builder.write(Array(whole.prefix(count))) { path in
                #expect(throws: GGUFError.self, "\(count) bytes") { try GGUFFile.open(path: path) }
            }
        }
    }

    @Test(arguments: [UInt64(1), 2, 3, 4])
    func `flipped bits never do more than throw`(seed: UInt64) throws {
        var generator = SeededGenerator(state: seed)
        let next = { (bound: Int) in Int.random(in: 0..<bound, using: &generator) }
        let sound = Builder.llama().bytes
        let headBytes = sound.count - 4 * 32 * 258
        var refused = 0
        for _ in 0..<400 {
            var bytes = sound
            for _ in 0...next(4) { bytes[next(headBytes)] ^= 1 << UInt8(next(8)) }
            try Builder.write(bytes) { path in
                do throws(GGUFError) {
                    let file = try GGUFFile.open(path: path)
                    _ = try ModelDescription(from: file)
                    let source = try VocabularySource(from: file)
                    Self.useTokenizer(source.vocabulary)
                } catch {
                    refused += 1
                    #expect(!"\(error)".isEmpty)
                }
            }
        }
        #expect(refused > 0, "seed \(seed)")
    }

    /// A vocabulary with flipped bits is refused or works.
    private static func useTokenizer(_ vocabulary: Vocabulary) {
        do throws(TokenizerError) {
            let tokenizer = try Tokenizer(vocabulary)
            let tokens = tokenizer.encode("a b", addSpecial: false, parseSpecial: false)
            #expect(tokens.allSatisfy { Int($0) < vocabulary.tokens.count })
        } catch {
            #expect(!"\(error)".isEmpty)
        }
    }

    @Test(arguments: [UInt64(5), 6])
    func `random bytes after the magic number never do more than throw`(seed: UInt64) throws {
        var generator = SeededGenerator(state: seed)
        for _ in 0..<300 {
            var bytes = Array("GGUF".utf8) + [3, 0, 0, 0]
            bytes += (0..<Int.random(in: 0...200, using: &generator)).map { _ in
                // Mostly small numbers, so that counts and lengths are plausible.
                generator.next() % 3 == 0 ? UInt8(truncatingIfNeeded: generator.next() % 14) : 0
            }
            try Builder.write(bytes) { path in
                let file = try? GGUFFile.open(path: path)
                #expect(file?.tensorList.isEmpty != false, "seed \(seed)")
            }
        }
    }
}

/// A linear congruential generator: a seed replays a run.
struct SeededGenerator: RandomNumberGenerator {
    var state: UInt64

    mutating func next() -> UInt64 {
        state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
        return state ^ state >> 33
    }
}
