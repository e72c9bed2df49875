internal import Logging

/// One event, ready to be written in either format.
struct LogLine {
    /// Milliseconds since 1970.
    let time: Int64
    let level: Logger.Level
    let message: String
    let label: String
    let fields: Logger.Metadata

    /// The line in a format.
    func rendered(as format: LogFormat) -> String {
        switch format {
        case .text: text
        case .json: json
        }
    }

    /// `<time> <level> <message> <key>=<value>…`, keys sorted.
    var text: String {
        var line = timestamp
        line.reserveCapacity(512)
        line += " "
        line += level.rawValue
        line += " "
        line += Self.flattened(message)
        for (key, value) in sortedFields {
            line += " "
            line += Self.flattened(key)
            line += "="
            line += Self.textValue(value)
        }
        line += "\n"
        return line
    }

    /// An object with `time`, `level`, `message` and `logger`, then the fields, sorted.
    ///
    /// A field of one of these names gets an underscore at its end.
    var json: String {
        var line = "{\"time\":\"\(timestamp)\",\"level\":\"\(level.rawValue)\",\"message\":"
        JSONText.append(message, to: &line)
        line += ",\"logger\":"
        JSONText.append(label, to: &line)
        for (key, value) in sortedFields {
            line += ","
            JSONText.append(
                ["time", "level", "message", "logger"].contains(key) ? key + "_" : key,
                to: &line
            )
            line += ":"
            JSONText.append(value, to: &line)
        }
        return line + "}\n"
    }

    private var sortedFields: [(key: String, value: Logger.Metadata.Value)] {
        fields.sorted { $0.key < $1.key }
    }

    /// UTC with milliseconds, ISO 8601.
    private var timestamp: String {
        let seconds = Int(time / 1_000)
        let date = CivilDate(days: seconds / 86_400)
        var text: [UInt8] = []
        text.reserveCapacity(24)
        Self.append(date.year, 4, to: &text, then: "-")
        Self.append(date.month, 2, to: &text, then: "-")
        Self.append(date.day, 2, to: &text, then: "T")
        Self.append(seconds / 3_600 % 24, 2, to: &text, then: ":")
        Self.append(seconds / 60 % 60, 2, to: &text, then: ":")
        Self.append(seconds % 60, 2, to: &text, then: ".")
        Self.append(Int(time % 1_000), 3, to: &text, then: "Z")
        return String(decoding: text, as: UTF8.self)
    }

    /// Appends so many decimal digits, and a mark after them.
    private static func append(_ value: Int, _ width: Int, to text: inout [UInt8], then mark: Unicode.Scalar)
    {
        var divisor = (1..<width).reduce(1) { product, _ in product * 10 }
        while divisor > 0 {
            text.append(UInt8(ascii: "0") + UInt8(value / divisor % 10))
            divisor /= 10
        }
        text.append(UInt8(ascii: mark))
    }

    /// Quoted where spaces, quotes or control characters would end the value early.
    private static func textValue(_ value: Logger.Metadata.Value) -> String {
        switch value {
        case .string(let text): quotedIfNeeded(text)
        case .stringConvertible(let value): quotedIfNeeded(value.description)
        case .array, .dictionary: JSONText.text(value)
        }
    }

    private static func quotedIfNeeded(_ text: String) -> String {
        let isPlain = text.utf8.allSatisfy { byte in
            byte > 32 && byte != 127 && byte != UInt8(ascii: "\"") && byte != UInt8(ascii: "=")
                && byte != UInt8(ascii: "\\")
        }
        return isPlain && !text.isEmpty ? text : JSONText.text(.string(text))
    }

    /// Without control characters: a line is one line, whatever a library logs.
    private static func flattened(_ text: String) -> String {
        guard text.utf8.contains(where: { $0 < 32 || $0 == 127 }) else { return text }
        return String(JSONText.text(.string(text)).dropFirst().dropLast())
    }
}
