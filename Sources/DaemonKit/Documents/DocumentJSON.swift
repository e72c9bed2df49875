internal import Foundation

/// Documents about the cluster as JSON: keys in snake case and in order, so that equal documents are equal text.
public enum DocumentJSON {
    /// The UTF-8 of a document.
    ///
    /// - Throws: `EncodingError` for a number that JSON lacks.
    public static func encode(_ document: some Encodable) throws -> [UInt8] {
        let encoder = JSONEncoder()
        encoder.keyEncodingStrategy = .convertToSnakeCase
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        return Array(try encoder.encode(document))
    }

    /// Reads what ``encode(_:)`` wrote.
    ///
    /// - Throws: `DecodingError` for anything else.
    public static func decode<Document: Decodable>(_ type: Document.Type, from text: String) throws
        -> Document
    {
        let decoder = JSONDecoder()
        decoder.keyDecodingStrategy = .convertFromSnakeCase
        return try decoder.decode(type, from: Data(text.utf8))
    }
}
