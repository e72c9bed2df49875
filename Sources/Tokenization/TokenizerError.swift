/// A vocabulary that cannot be made to work, and why.
public enum TokenizerError: Error, Equatable, Sendable {
    /// The rule that splits text before merging is not known.
    case unknownPreTokenizer(String)
    /// There are no tokens, or more than token ids are meant for.
    case tokenCount(Int, limit: Int)
    /// A table has another length than there are tokens.
    case tableLength(table: String, found: Int, tokens: Int)
    /// A special token's id is not in the vocabulary.
    case tokenOutOfRange(name: String, id: UInt32, tokens: Int)
    /// A token is longer than any real one; it would make preparation slow.
    case tokenTooLong(id: Int, bytes: Int, limit: Int)
    /// A byte that occurs in UTF-8 has no token, so that some text could not be encoded.
    case missingByteToken(UInt8)
    /// A merge that is not two spellings, or one of whose three spellings is no token.
    case badMerge(index: Int, merge: String)
}

extension TokenizerError: CustomStringConvertible {
    /// A sentence with numbers and what to do.
    public var description: String {
        switch self {
        case .unknownPreTokenizer(let name):
            "the vocabulary asks for pre-tokenizer '\(name)'; known are \(PreTokenizer.knownNames): "
                + "choose a model that uses one of these"
        case .tokenCount(let count, let limit):
            "the vocabulary has \(count) tokens, not 1…\(limit): the file is damaged, fetch it again"
        case .tableLength(let table, let found, let tokens):
            "the vocabulary has \(found) \(table) for \(tokens) tokens: convert the model again"
        case .tokenOutOfRange(let name, let id, let tokens):
            "the \(name) token is \(id), but there are \(tokens) tokens: convert the model again"
        case .tokenTooLong(let id, let bytes, let limit):
            "token \(id) has \(bytes) bytes, more than \(limit): convert the model again"
        case .missingByteToken(let byte):
            "the vocabulary has no token for byte \(byte), so that some text cannot be encoded: "
                + "convert the model again with all byte tokens"
        case .badMerge(let index, let merge):
            "merge \(index), '\(merge)', does not join two tokens into a token: convert the model again"
        }
    }
}
