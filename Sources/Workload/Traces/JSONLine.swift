/// A JSON object on one line, as far as traces and prompt files need it: numbers, strings and arrays of whole
/// numbers; other members are checked and passed over.
struct JSONLine {
    enum Value: Equatable {
        case number(String)
        case string(String)
        case integers([UInt64])
        case other
    }

    private let members: [(key: String, value: Value)]

    static func parse(_ line: ArraySlice<UInt8>) throws(TraceError.Problem) -> JSONLine {
        var scanner = JSONScanner(line)
        return JSONLine(members: try scanner.object())
    }

    /// The member's value; `nil` when there is none.
    subscript(key: String) -> Value? { members.first { $0.key == key }?.value }

    func integer(_ key: String) throws(TraceError.Problem) -> Int {
        let text = try number(key)
        guard let value = Int(text) else { throw .badField(key, value: String(text.prefix(60))) }
        return value
    }

    func milliseconds(_ key: String) throws(TraceError.Problem) -> Duration {
        let text = try number(key)
        guard let time = TraceTime.decimal(text, unit: 1_000_000) else {
            throw .badField(key, value: String(text.prefix(60)))
        }
        return time
    }

    /// Whole numbers from 0; none when there is no such member.
    func identities(_ key: String) throws(TraceError.Problem) -> [UInt64] {
        switch self[key] {
        case nil: return []
        case .integers(let values): return values
        case .number(let text), .string(let text): throw .badField(key, value: String(text.prefix(60)))
        case .other: throw .badField(key, value: "…")
        }
    }

    private func number(_ key: String) throws(TraceError.Problem) -> String {
        switch self[key] {
        case .number(let text): return text
        case nil: throw .missingField(key)
        case .string(let text): throw .badField(key, value: String(text.prefix(60)))
        case .integers, .other: throw .badField(key, value: "…")
        }
    }
}
