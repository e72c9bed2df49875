/// The metadata of a mapped GGUF file, decoded on demand.
///
/// A getter answers `nil` for a key that is absent and throws for one whose value has another type.
/// Keeps the mapping alive. Arrays are decoded anew at each call: keep what you need.
public struct GGUFMetadata: Sendable {
    /// All keys in file order.
    public let keys: [String]

    let fields: [String: GGUFField]
    private let mapping: MappedFile

    init(keys: [String], fields: [String: GGUFField], mapping: MappedFile) {
        self.keys = keys
        self.fields = fields
        self.mapping = mapping
    }

    /// Whether the key is present.
    public func contains(_ key: String) -> Bool { fields[key] != nil }

    /// A string.
    public func string(_ key: String) throws(GGUFError) -> String? {
        try scalar(key, "a string") { (field) throws(GGUFProblem) in
            field.type == .string ? try text(at: field, key) : nil
        }
    }

    /// An integer of any width that is not negative.
    public func unsigned(_ key: String) throws(GGUFError) -> UInt64? {
        try scalar(key, "an integer that is not negative") { field in
            integer(field.type, at: field.range.lowerBound).flatMap(UInt64.init(exactly:))
        }
    }

    /// A number of any type, as a double.
    public func float(_ key: String) throws(GGUFError) -> Double? {
        try scalar(key, "a number") { field in number(field.type, at: field.range.lowerBound) }
    }

    /// A truth value.
    public func bool(_ key: String) throws(GGUFError) -> Bool? {
        try scalar(key, "true or false") { field in
            field.type == .bool ? mapping.bytes[field.range.lowerBound] != 0 : nil
        }
    }

    /// An array of strings.
    public func strings(_ key: String) throws(GGUFError) -> [String]? {
        try array(key, "an array of strings") { (field, count) throws(GGUFProblem) in
            guard field.type == .string else { return nil }
            var cursor = GGUFCursor(mapping.bytes, offset: field.range.lowerBound)
            var result: [String] = []
            result.reserveCapacity(count)
            for _ in 0..<count { result.append(try cursor.text("a string of '\(key)'")) }
            return result
        }
    }

    /// An array of numbers of any type.
    public func floats(_ key: String) throws(GGUFError) -> [Double]? {
        try array(key, "an array of numbers") { field, count in
            guard let size = field.type.size else { return nil }
            var result: [Double] = []
            result.reserveCapacity(count)
            for index in 0..<count {
                guard let value = number(field.type, at: field.range.lowerBound + index * size) else {
                    return nil
                }
                result.append(value)
            }
            return result
        }
    }

    /// An array of integers of any width that fit an `Int64`.
    public func integers(_ key: String) throws(GGUFError) -> [Int64]? {
        try array(key, "an array of integers") { field, count in
            guard let size = field.type.size else { return nil }
            var result: [Int64] = []
            result.reserveCapacity(count)
            for index in 0..<count {
                guard let value = integer(field.type, at: field.range.lowerBound + index * size),
                    let exact = Int64(exactly: value)
                else { return nil }
                result.append(exact)
            }
            return result
        }
    }

    /// Number of elements of an array, without decoding it.
    public func elementCount(_ key: String) throws(GGUFError) -> Int? {
        try array(key, "an array") { _, count in count }
    }

    func failure(_ problem: GGUFProblem) -> GGUFError { GGUFError(path: mapping.path, problem: problem) }
}

extension GGUFMetadata {
    private func scalar<Value>(
        _ key: String,
        _ expected: String,
        _ decode: (GGUFField) throws(GGUFProblem) -> Value?
    ) throws(GGUFError) -> Value? {
        guard let field = fields[key] else { return nil }
        // The type is spelled out, else it is inferred as an optional, whose absence would be no error.
        let decoded: Value = try value(key, expected, field) { (field) throws(GGUFProblem) in
            field.elementCount == nil ? try decode(field) : nil
        }
        return decoded
    }

    private func array<Value>(
        _ key: String,
        _ expected: String,
        _ decode: (GGUFField, Int) throws(GGUFProblem) -> Value?
    ) throws(GGUFError) -> Value? {
        guard let field = fields[key] else { return nil }
        let decoded: Value = try value(key, expected, field) { (field) throws(GGUFProblem) in
            guard let count = field.elementCount else { return nil }
            return try decode(field, count)
        }
        return decoded
    }

    private func value<Value>(
        _ key: String,
        _ expected: String,
        _ field: GGUFField,
        _ decode: (GGUFField) throws(GGUFProblem) -> Value?
    ) throws(GGUFError) -> Value {
        do throws(GGUFProblem) {
            guard let value = try decode(field) else {
                throw GGUFProblem.wrongValueType(key: key, expected: expected, found: field.kind)
            }
            return value
        } catch {
            throw failure(error)
        }
    }

    private func text(at field: GGUFField, _ key: String) throws(GGUFProblem) -> String {
        var cursor = GGUFCursor(mapping.bytes, offset: field.range.lowerBound)
        return try cursor.text("the string '\(key)'")
    }

    /// Any integer type, in a width that holds them all; `nil` for other types.
    private func integer(_ type: GGUFValueType, at offset: Int) -> Int128? {
        switch type {
        case .uint8: Int128(load(UInt8.self, offset))
        case .int8: Int128(load(Int8.self, offset))
        case .uint16: Int128(load(UInt16.self, offset))
        case .int16: Int128(load(Int16.self, offset))
        case .uint32: Int128(load(UInt32.self, offset))
        case .int32: Int128(load(Int32.self, offset))
        case .uint64: Int128(load(UInt64.self, offset))
        case .int64: Int128(load(Int64.self, offset))
        case .float32, .float64, .bool, .string, .array: nil
        }
    }

    private func number(_ type: GGUFValueType, at offset: Int) -> Double? {
        switch type {
        case .float32: Double(Float(bitPattern: load(UInt32.self, offset)))
        case .float64: Double(bitPattern: load(UInt64.self, offset))
        default: integer(type, at: offset).map { Double($0) }
        }
    }

    private func load<Value: FixedWidthInteger>(_: Value.Type, _ offset: Int) -> Value {
        Value(littleEndian: mapping.bytes.loadUnaligned(fromByteOffset: offset, as: Value.self))
    }
}
