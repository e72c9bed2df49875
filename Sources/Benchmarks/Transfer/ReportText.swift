internal import Foundation

/// How reports are printed.
enum ReportText {
    /// One line of JSON, keys sorted.
    static func json(_ report: some Encodable) throws -> String {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        return String(decoding: try encoder.encode(report), as: UTF8.self)
    }

    /// A table of columns, right-aligned under their titles.
    static func table(_ titles: [String], _ rows: [[String]]) -> String {
        let widths = titles.indices.map { column in
            ([titles] + rows).map { $0[column].count }.max() ?? 0
        }
        return ([titles] + rows).map { row in
            zip(row, widths).map { String(repeating: " ", count: $1 - $0.count) + $0 }.joined(separator: "  ")
        }.joined(separator: "\n")
    }

    /// A number with three decimals.
    static func number(_ value: Double) -> String { String(format: "%.3f", value) }
}
