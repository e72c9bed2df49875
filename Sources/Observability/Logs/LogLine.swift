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
        var line = "\(timestamp) \(level.rawValue) \(Self.flattened(message))"
        for (key, value) in sortedFields {
            line += " \(Self.flattened(key))=\(Self.textValue(value))"
        }
        return line + "\n"
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
        let seconds = time / 1_000
        let date = CivilDate(days: Int(seconds / 86_400))
        let clock = [seconds / 3_600 % 24, seconds / 60 % 60, seconds % 60].map { Self.padded(Int($0), 2) }
        let day = [Self.padded(date.year, 4), Self.padded(date.month, 2), Self.padded(date.day, 2)]
        let fraction = Self.padded(Int(time % 1_000), 3)
        return day.joined(separator: "-") + "T" + clock.joined(separator: ":") + ".\(fraction)Z"
    }

    private static func padded(_ value: Int, _ width: Int) -> String {
        let digits = String(value)
        return String(repeating: "0", count: max(0, width - digits.count)) + digits
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
        let isPlain = text.unicodeScalars.allSatisfy { scalar in
            scalar.value > 32 && scalar.value != 127 && scalar != "\"" && scalar != "=" && scalar != "\\"
        }
        return isPlain && !text.isEmpty ? text : JSONText.text(.string(text))
    }

    /// Without control characters: a line is one line, whatever a library logs.
    private static func flattened(_ text: String) -> String {
        guard text.unicodeScalars.contains(where: { $0.value < 32 || $0.value == 127 }) else { return text }
        return String(JSONText.text(.string(text)).dropFirst().dropLast())
    }
}
