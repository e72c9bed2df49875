import Foundation
import ModelFormat
import ServingTypes
import Testing
import Tokenization

@Suite struct VocabularyFileTests {
    @Test func `a vocabulary file says of the model what the model file says`() throws {
        let model = try GGUFFile.open(path: GGUFFileTests.tiny)
        let whole = try VocabularySource(from: model)
        #expect(
            whole.modelName == "tiny" && whole.contextTokens == 64 && whole.chatTemplate == "<|im_start|>"
        )
        #expect(
            whole.vocabulary.beginToken == 1 && whole.vocabulary.addsBegin && whole.vocabulary.addsSpacePrefix
        )
        try Self.withTemporaryPath { path in
            try VocabularyFile.write(from: model, to: path)
            #expect(try VocabularySource.load(path: path) == whole)
            let file = try GGUFFile.open(path: path)
            #expect(
                file.isVocabularyOnly
                    && file.metadata.keys == model.metadata.keys + [VocabularyFile.digestKey]
            )
            #expect(throws: GGUFError(path: path, problem: .vocabularyOnly)) {
                try ModelDescription(from: file)
            }
            // A copy of a copy is the same file.
            let bytes = try Data(contentsOf: URL(filePath: path))
            try VocabularyFile.write(from: file, to: path)
            #expect(try Data(contentsOf: URL(filePath: path)) == bytes)
        }
    }

    @Test func `a vocabulary without tensors and digest, or with a broken one, is refused`() throws {
        var builder = GGUFBuilder.llama()
        builder.tensors = []
        try builder.write { path in
            #expect(throws: GGUFError(path: path, problem: .noModelDigest)) {
                try VocabularySource.load(path: path)
            }
        }
        builder[VocabularyFile.digestKey] = .string("12")
        try builder.write { path in
            #expect(throws: GGUFError.self) { try VocabularySource.load(path: path) }
        }
    }

    @Test func `a file that cannot be written is an error and leaves nothing behind`() throws {
        let model = try GGUFFile.open(path: GGUFFileTests.tiny)
        #expect(throws: GGUFError.self) { try VocabularyFile.write(from: model, to: "/nonexistent/v.gguf") }
        try Self.withTemporaryPath { path in
            try FileManager.default.createDirectory(atPath: path + "/full", withIntermediateDirectories: true)
            #expect(throws: GGUFError.self) { try VocabularyFile.write(from: model, to: path) }
            let folder = URL(filePath: path).deletingLastPathComponent().path()
            let name = URL(filePath: path).lastPathComponent
            let left = try FileManager.default.contentsOfDirectory(atPath: folder).filter {
                $0.hasPrefix(name)
            }
            #expect(left == [name])
        }
    }

    static let rows: [(requirement: String, key: String, value: GGUFBuilder.Value?, words: String)] = [
        ("there is a vocabulary", "tokenizer.ggml.model", nil, "'tokenizer.ggml.model' is missing"),
        ("its kind is known", "tokenizer.ggml.model", .string("t5"), "of kind 't5'"),
        ("it has tokens", "tokenizer.ggml.tokens", nil, "'tokenizer.ggml.tokens' is missing"),
        ("it has scores", "tokenizer.ggml.scores", .floats([1]), "has 1 numbers"),
        (
            "types are known", "tokenizer.ggml.token_type", .int32s(Array(repeating: 9, count: 258)),
            "has 0 known"
        ),
        ("the end token exists", "tokenizer.ggml.eos_token_id", .uint32(258), "is 258, but there are 258"),
        ("there is a context length", "llama.context_length", nil, "'llama.context_length' is missing"),
    ]

    @Test(arguments: rows.indices)
    func `a broken vocabulary is refused with a sentence`(row: Int) throws {
        let (requirement, key, value, words) = Self.rows[row]
        var builder = GGUFBuilder.llama()
        builder[key] = value
        try builder.write { path in
            let error = #expect(throws: GGUFError.self, "\(requirement)") {
                try VocabularySource.load(path: path)
            }
            #expect("\(error.map(\.description) ?? "")".contains(words), "\(requirement)")
        }
    }

    @Test func `the digest is the same everywhere and changes with every bit`() throws {
        let model = GGUFBuilder.llama().bytes
        let digest = { (bytes: [UInt8]) in
            try GGUFBuilder.write(bytes) { try GGUFFile.open(path: $0).modelDigest() }
        }
        let original = try digest(model)
        #expect(original.description == "a73d5927855fcfcda96fd2ddd8c21392")
        var seen: Set<Bytes128> = [original]
        for position in stride(from: model.count - 4 * 32 * 258, to: model.count, by: 211) {
            for bit in [UInt8(1), 128] {
                var changed = model
                changed[position] ^= bit
                let isNew = seen.insert(try digest(changed)).inserted
                #expect(isNew, "byte \(position)")
            }
        }
        for extra in 1...70 {
            let isNew = seen.insert(try digest(model + Array(repeating: 0, count: extra))).inserted
            #expect(isNew, "\(extra) bytes more")
        }
    }

    private static func withTemporaryPath(_ body: (String) throws -> Void) throws {
        let folder = FileManager.default.temporaryDirectory.appending(path: UUID().uuidString)
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer {
            do { try FileManager.default.removeItem(at: folder) } catch { Issue.record(error) }
        }
        try body(folder.appending(path: "vocabulary.gguf").path())
    }
}
