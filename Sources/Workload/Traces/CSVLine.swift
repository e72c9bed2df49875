/// One line of comma-separated values.
enum CSVLine {
    /// The fields, without the spaces around them; a field in quotes may hold commas and doubled quotes.
    static func fields(_ line: ArraySlice<UInt8>) throws(TraceError.Problem) -> [String] {
        var fields: [String] = []
        var rest = line
        while true {
            let (field, hasMore) = try take(&rest)
            fields.append(field)
            if !hasMore { return fields }
        }
    }

    private static func take(_ rest: inout ArraySlice<UInt8>) throws(TraceError.Problem) -> (String, Bool) {
        let comma = UInt8(ascii: ",")
        let quote = UInt8(ascii: "\"")
        guard rest.first == quote else {
            let end = rest.firstIndex(of: comma)
            let field = trimmed(rest[..<(end ?? rest.endIndex)])
            rest = end.map { rest[($0 + 1)...] } ?? []
            return (String(decoding: field, as: UTF8.self), end != nil)
        }
        var field: [UInt8] = []
        rest = rest.dropFirst()
        while let end = rest.firstIndex(of: quote) {
            field += rest[rest.startIndex..<end]
            rest = rest[(end + 1)...]
            guard rest.first == quote else {
                guard rest.isEmpty || rest.first == comma else { break }
                let hasMore = !rest.isEmpty
                rest = rest.dropFirst()
                return (String(decoding: field, as: UTF8.self), hasMore)
            }
            field.append(quote)
            rest = rest.dropFirst()
        }
        throw .badField("quoted value", value: String(decoding: field.prefix(60), as: UTF8.self))
    }

    private static func trimmed(_ field: ArraySlice<UInt8>) -> ArraySlice<UInt8> {
        var field = field.drop { $0 == UInt8(ascii: " ") }
        while field.last == UInt8(ascii: " ") { field.removeLast() }
        return field
    }
}
