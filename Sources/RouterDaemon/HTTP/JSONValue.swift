/// A JSON document in memory, with integers kept exact.
enum JSONValue: Equatable, Sendable {
    case null
    case bool(Bool)
    /// A number without fraction or exponent that fits 64 bits.
    case integer(Int)
    case number(Double)
    case string(String)
    case array([JSONValue])
    case object([String: JSONValue])

    /// Short JSON text for error messages, cut after about 60 characters.
    var excerpt: String {
        let text =
            switch self {
            case .null: "null"
            case .bool(let value): "\(value)"
            case .integer(let value): "\(value)"
            case .number(let value): "\(value)"
            case .string(let value): "\"\(value.prefix(60))\""
            case .array(let values): "an array of \(values.count)"
            case .object: "an object"
            }
        return text.count > 62 ? "\(text.prefix(60))…" : text
    }
}
