internal import Foundation
public import ServingTypes

/// Decisions as JSON text (UTF-8): keys in order, so that equal documents are equal text.
public enum DecisionJSON {
    /// One document.
    ///
    /// - Throws: `EncodingError` for a number that JSON lacks.
    public static func text(of decision: DecisionDocument) throws -> [UInt8] { try encode(decision) }

    /// An object with the documents under `decisions`, in the order given.
    ///
    /// - Throws: `EncodingError` for a number that JSON lacks.
    public static func text(of decisions: [DecisionDocument]) throws -> [UInt8] {
        try encode(["decisions": decisions])
    }

    static func decision(from text: String) throws -> DecisionDocument {
        try JSONDecoder().decode(DecisionDocument.self, from: Data(text.utf8))
    }

    private static func encode(_ value: some Encodable) throws -> [UInt8] {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        return Array(try encoder.encode(value))
    }
}
