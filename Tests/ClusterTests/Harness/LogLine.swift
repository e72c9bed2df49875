import Foundation

/// One line of a daemon's JSON log.
struct LogLine {
    let message: String
    let fields: [String: String]

    /// `nil` for text that is no log line, such as a crash report.
    init?(_ text: Substring) {
        guard let fields = try? JSONDecoder().decode([String: Value].self, from: Data(text.utf8)),
            case .text(let message)? = fields["message"]
        else { return nil }
        self.message = message
        self.fields = fields.compactMapValues { if case .text(let text) = $0 { text } else { nil } }
    }

    /// A field that is no string is of no interest here.
    private enum Value: Decodable {
        case text(String)
        case other

        init(from decoder: any Decoder) throws {
            let container = try decoder.singleValueContainer()
            do {
                self = .text(try container.decode(String.self))
            } catch {
                self = .other
            }
        }
    }
}
