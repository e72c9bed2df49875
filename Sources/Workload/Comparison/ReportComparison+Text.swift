extension ReportComparison {
    /// The comparison as a table: one line for each figure, with the difference and its 95 % interval.
    public var tableText: String {
        let rows = lines.map { line in
            [
                line.key, Self.number(line.base), Self.number(line.candidate), Self.signed(line.difference),
                line.relativeDifference.map { Self.signed($0 * 100, 1) + " %" } ?? "-",
                line.interval.map { "\(Self.signed($0.lowerBound)) … \(Self.signed($0.upperBound))" } ?? "-",
                line.verdict.rawValue,
            ]
        }
        let heading = ["figure", "base", "candidate", "difference", "relative", "95 % interval", "verdict"]
        var text = "base: \(base)\ncandidate: \(candidate)\n"
        for setting in settings {
            text += "differs: \(setting.name): \(setting.base) / \(setting.candidate)\n"
        }
        return text + Self.table([heading] + rows)
    }

    /// Columns as wide as their widest cell: the first and the last to the left, figures to the right.
    private static func table(_ rows: [[String]]) -> String {
        let columns = rows.first?.indices ?? 0..<0
        let widths = columns.map { column in rows.map { $0[column].count }.max() ?? 0 }
        return rows.map { row in
            columns.map { column in
                let space = String(repeating: " ", count: widths[column] - row[column].count)
                if column == columns.upperBound - 1 { return row[column] }
                return column == 0 ? row[column] + space : space + row[column]
            }.joined(separator: "  ")
        }.joined(separator: "\n")
    }

    /// Three digits after the point for small numbers, two for others.
    private static func number(_ value: Double) -> String {
        NumberText.fixed(value, value.magnitude < 10 ? 3 : 2)
    }

    private static func signed(_ value: Double, _ decimals: Int? = nil) -> String {
        (value > 0 ? "+" : "") + (decimals.map { NumberText.fixed(value, $0) } ?? number(value))
    }
}
