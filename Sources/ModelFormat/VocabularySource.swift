public import ServingTypes
public import Tokenization

/// All that a router needs to know of a model: how it spells, chats and is told apart.
public struct VocabularySource: Equatable, Sendable {
    /// Tokens, merges, special tokens and the chat template.
    public let vocabulary: Vocabulary
    /// `general.name`, or the file's own name.
    public let modelName: String
    /// Positions the model was trained for.
    public let contextTokens: Int
    /// Digest of the model file, equal to what workers report for it.
    public let modelDigest: Bytes128

    /// The chat template in Jinja, if the model has one.
    public var chatTemplate: String? { vocabulary.chatTemplate }

    /// Reads a model file or a vocabulary file.
    ///
    /// From a vocabulary file (see ``VocabularyFile``) this takes milliseconds. From a model file the
    /// vocabulary is read from the metadata alone too, but the digest covers every byte, so the file is read
    /// once.
    ///
    /// - Throws: ``GGUFError`` for a file that is damaged, not of a served architecture, or without
    ///   vocabulary.
    public static func load(path: String) throws(GGUFError) -> VocabularySource {
        try VocabularySource(from: try GGUFFile.open(path: path))
    }

    /// Reads an open file; see ``load(path:)``.
    public init(from file: GGUFFile) throws(GGUFError) {
        let keys = ModelKeys(file: file)
        _ = try keys.architecture()
        modelName = try keys.modelName()
        contextTokens = try keys.count("context_length", limit: 1 << 28)
        vocabulary = try Vocabulary(from: file)
        modelDigest = try file.modelDigest()
    }
}
