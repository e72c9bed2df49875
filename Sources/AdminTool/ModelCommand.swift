internal import ArgumentParser
internal import ModelFormat

/// `batonctl model`: what is in a model file.
struct ModelCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "model",
        abstract: "Look into model files.",
        subcommands: [Vocabulary.self, Show.self]
    )

    struct Vocabulary: ParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "vocabulary",
            abstract: "Write the small file that a router needs instead of the model's weights."
        )

        @Argument(help: "GGUF file of the model.")
        var file: String

        @Option(name: .shortAndLong, help: "File to write (default: FILE with .vocabulary.gguf at the end).")
        var output: String?

        func run() throws {
            let stem = file.hasSuffix(".gguf") ? String(file.dropLast(5)) : file
            let path = output ?? "\(stem).vocabulary.gguf"
            try VocabularyFile.write(from: GGUFFile.open(path: file), to: path)
            print("wrote \(path)")
        }
    }

    struct Show: ParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "show",
            abstract: "Show a model's name, shape and digest."
        )

        /// What JSON and YAML print.
        struct Document: Encodable {
            let name: String
            let digest: String
            let contextTokens: Int
            let vocabularyTokens: Int
        }

        @Argument(help: "GGUF file.")
        var file: String

        @OptionGroup var format: OutputOptions

        func run() throws {
            let source = try VocabularySource.load(path: file)
            let facts = Document(
                name: source.modelName,
                digest: "\(source.modelDigest)",
                contextTokens: source.contextTokens,
                vocabularyTokens: source.vocabulary.tokens.count
            )
            let text = """
                name        \(facts.name)
                digest      \(facts.digest)
                context     \(facts.contextTokens) tokens
                vocabulary  \(facts.vocabularyTokens) tokens
                """
            try format.show(facts, text)
        }
    }
}
