/// Reads the fields of one JSON object; the first wrong one is an error that names it and what it must be.
///
/// A field that is `null` counts as absent, which is how many clients send their defaults.
struct FieldReader {
    private let members: [String: JSONValue]
    private let path: String

    /// - Parameter path: where the object stands in the body, for messages: empty, or like `messages[2].`.
    init(_ members: [String: JSONValue], path: String = "") {
        self.members = members
        self.path = path
    }

    /// The field's name with its place in the body.
    func name(of field: String) -> String { path + field }

    /// The field as it stands.
    subscript(field: String) -> JSONValue? {
        guard let value = members[field], value != .null else { return nil }
        return value
    }

    func mismatch(_ field: String, _ expectation: String, _ value: JSONValue) -> APIError {
        .badField(name(of: field), "\(name(of: field)) must be \(expectation), got \(value.excerpt)")
    }

    func string(_ field: String) throws(APIError) -> String? {
        guard let value = self[field] else { return nil }
        guard case .string(let text) = value else { throw mismatch(field, "a string", value) }
        return text
    }

    func bool(_ field: String) throws(APIError) -> Bool? {
        guard let value = self[field] else { return nil }
        guard case .bool(let flag) = value else { throw mismatch(field, "true or false", value) }
        return flag
    }

    func number(_ field: String, in range: ClosedRange<Double>) throws(APIError) -> Double? {
        guard let value = self[field] else { return nil }
        guard let number = value.asNumber, range.contains(number) else {
            let bounds = "\(Self.text(range.lowerBound)) to \(Self.text(range.upperBound))"
            throw mismatch(field, "a number from \(bounds)", value)
        }
        return number
    }

    func integer(_ field: String, in range: ClosedRange<Int>) throws(APIError) -> Int? {
        guard let value = self[field] else { return nil }
        guard let integer = value.asInteger, range.contains(integer) else {
            throw mismatch(field, "an integer \(Self.text(range))", value)
        }
        return integer
    }

    func object(_ field: String) throws(APIError) -> FieldReader? {
        guard let value = self[field] else { return nil }
        guard case .object(let members) = value else { throw mismatch(field, "an object", value) }
        return FieldReader(members, path: name(of: field) + ".")
    }

    func members(_ field: String) throws(APIError) -> [String: JSONValue]? {
        guard let value = self[field] else { return nil }
        guard case .object(let members) = value else { throw mismatch(field, "an object", value) }
        return members
    }

    func array(_ field: String, of what: String) throws(APIError) -> [JSONValue]? {
        guard let value = self[field] else { return nil }
        guard case .array(let elements) = value else { throw mismatch(field, "an array of \(what)", value) }
        return elements
    }

    private static func text(_ bound: Double) -> String {
        bound == bound.rounded() ? String(Int(bound)) : String(bound)
    }

    private static func text(_ range: ClosedRange<Int>) -> String {
        switch (range.lowerBound, range.upperBound) {
        case (.min, .max): "of 64 bits"
        case (let least, .max): "of at least \(least)"
        case (let least, let most): "from \(least) to \(most)"
        }
    }
}

extension JSONValue {
    var asNumber: Double? {
        switch self {
        case .integer(let value): Double(value)
        case .number(let value): value
        case .null, .bool, .string, .array, .object: nil
        }
    }

    /// An integer, also when it is written like `3.0`.
    var asInteger: Int? {
        switch self {
        case .integer(let value): value
        case .number(let value): Int(exactly: value)
        case .null, .bool, .string, .array, .object: nil
        }
    }
}
