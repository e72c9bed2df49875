/// Rows of text under headings, each column as wide as its widest cell; numbers are set to the right.
struct TextTable {
    private let headings: [String]
    private var rows: [[String]] = []

    init(_ headings: [String]) { self.headings = headings }

    mutating func add(_ row: [String]) {
        precondition(row.count == headings.count, "\(row.count) cells for \(headings.count) columns")
        rows.append(row)
    }

    var text: String {
        let columns = headings.indices.map { column in
            let cells = rows.map { $0[column] }
            let isNumeric = !cells.isEmpty && cells.allSatisfy { $0 == "-" || $0.isQuantity }
            return (width: ([headings[column]] + cells).map(\.count).max() ?? 0, isNumeric: isNumeric)
        }
        return ([headings] + rows).map { row in
            let cells = zip(row, columns).map { cell, column in
                let space = String(repeating: " ", count: column.width - cell.count)
                return column.isNumeric ? space + cell : cell + space
            }
            return cells.joined(separator: "  ").trimmingSuffixSpaces
        }.joined(separator: "\n")
    }
}

extension String {
    /// Whether the text is a number with or without a unit or a total, as `12`, `1.5 GiB/s` or `3/64`; an address is not.
    fileprivate var isQuantity: Bool { Double(prefix { $0 != " " && $0 != "/" }) != nil }

    /// The text without spaces at its end.
    fileprivate var trimmingSuffixSpaces: String {
        var text = self
        while text.last == " " { text.removeLast() }
        return text
    }
}
