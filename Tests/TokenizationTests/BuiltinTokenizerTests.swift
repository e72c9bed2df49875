import Foundation
import ModelFormat
import Testing
import Tokenization

/// The model that is shipped, against the tokenizer it was trained with.
@Suite struct BuiltinTokenizerTests {
    struct File: Decodable {
        struct Row: Decodable {
            var text: String
            var ids: [UInt32]
        }
        var cases: [Row]
    }

    static let golden = Golden.folder.appending(path: "builtin-tokenizer.json")
    static let model = URL(filePath: #filePath).deletingLastPathComponent()
        .appending(path: "../../models/baton-tiny-q8_0.gguf").standardizedFileURL
    static let arePresent = [golden, model].allSatisfy { FileManager.default.fileExists(atPath: $0.path()) }

    @Test(.enabled(if: arePresent, "the model and its golden file are made by a training run"))
    func `the shipped model is served, with its chat template`() throws {
        let file = try GGUFFile.open(path: Self.model.path())
        let model = try ModelDescription(from: file)
        let source = try VocabularySource(from: file)
        let tokenizer = try Tokenizer(source.vocabulary)
        #expect(model.vocabularyCount >= source.vocabulary.tokens.count)
        #expect(model.contextTokens == source.contextTokens && model.name == source.modelName)
        let template = try ChatTemplate(source.vocabulary)
        let messages = [ChatMessage(role: .user, content: "Tell me a story.")]
        let tokens = try tokenizer.encodeChat(messages, with: template)
        // The markers are tokens of their own, so that a user's text cannot forge them.
        #expect(tokens.filter(tokenizer.isControl).count >= 3)
        #expect(tokenizer.decode(tokens).contains("Tell me a story."))
    }

    @Test(.enabled(if: arePresent, "the model and its golden file are made by a training run"))
    func `the shipped model tokenizes as it was trained`() throws {
        let source = try VocabularySource.load(path: Self.model.path())
        let tokenizer = try Tokenizer(source.vocabulary)
        let rows = try JSONDecoder().decode(File.self, from: Data(contentsOf: Self.golden)).cases
        #expect(!rows.isEmpty && !tokenizer.endOfGenerationTokens.isEmpty)
        for row in rows {
            let tokens = tokenizer.encode(row.text, addSpecial: false, parseSpecial: true)
            #expect(tokens == row.ids, "\(row.text.debugDescription)")
            #expect(
                tokenizer.decode(row.ids, includesControl: true) == row.text,
                "\(row.text.debugDescription)"
            )
        }
    }
}
