internal import Logging

/// Writes metadata as JSON.
enum JSONText {
    /// A value on its own.
    static func text(_ value: Logger.Metadata.Value) -> String {
        var output = ""
        append(value, to: &output)
        return output
    }

    /// Strings stay strings: what a field's value looks like never changes its type.
    static func append(_ value: Logger.Metadata.Value, to output: inout String) {
        switch value {
        case .string(let text): append(text, to: &output)
        case .stringConvertible(let value): append(value.description, to: &output)
        case .array(let values):
            output += "["
            for (index, value) in values.enumerated() {
                if index > 0 { output += "," }
                append(value, to: &output)
            }
            output += "]"
        case .dictionary(let fields):
            output += "{"
            for (index, field) in fields.sorted(by: { $0.key < $1.key }).enumerated() {
                if index > 0 { output += "," }
                append(field.key, to: &output)
                output += ":"
                append(field.value, to: &output)
            }
            output += "}"
        }
    }

    /// A quoted string.
    static func append(_ text: String, to output: inout String) {
        output += "\""
        defer { output += "\"" }
        guard text.utf8.contains(where: { $0 < 32 || $0 == 34 || $0 == 92 || $0 == 127 }) else {
            output += text  // The usual case: nothing to escape.
            return
        }
        for scalar in text.unicodeScalars {
            switch scalar {
            case "\"": output += "\\\""
            case "\\": output += "\\\\"
            case "\n": output += "\\n"
            case "\r": output += "\\r"
            case "\t": output += "\\t"
            default:
                if scalar.value < 32 || scalar.value == 127 {
                    let digits = String(scalar.value, radix: 16)
                    output += "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
                } else {
                    output.unicodeScalars.append(scalar)
                }
            }
        }
    }
}
