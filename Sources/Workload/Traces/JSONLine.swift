/// A JSON object on one line, as far as traces and prompt files need it: numbers, strings, arrays of whole numbers
/// and objects of strings; other members are checked and passed over.
struct JSONLine {
    struct Text: Equatable {
        var key: String
        var value: String
    }

    enum Value: Equatable {
        case number(String)
        case string(String)
        case integers([UInt64])
        case texts([Text])
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
        case .texts, .other: throw .badField(key, value: "…")
        }
    }

    /// A string that is not empty; `nil` when there is no such member.
    func text(_ key: String) throws(TraceError.Problem) -> String? {
        switch self[key] {
        case nil: return nil
        case .string(let text) where !text.isEmpty: return text
        case .number(let text), .string(let text): throw .badField(key, value: String(text.prefix(60)))
        case .integers, .texts, .other: throw .badField(key, value: "…")
        }
    }

    /// The members of an object of strings, in order; none when there is no such member.
    func texts(_ key: String) throws(TraceError.Problem) -> [Text] {
        switch self[key] {
        case nil: return []
        case .texts(let texts): return texts
        case .number(let text), .string(let text): throw .badField(key, value: String(text.prefix(60)))
        case .integers, .other: throw .badField(key, value: "…")
        }
    }

    private func number(_ key: String) throws(TraceError.Problem) -> String {
        switch self[key] {
        case .number(let text): return text
        case nil: throw .missingField(key)
        case .string(let text): throw .badField(key, value: String(text.prefix(60)))
        case .integers, .texts, .other: throw .badField(key, value: "…")
        }
    }
}
