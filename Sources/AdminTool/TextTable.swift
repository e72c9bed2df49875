/// Rows of text under headings, each column as wide as its widest cell; numbers are set to the right.
struct TextTable {
    private struct Row {
        var cells: [String]
        var styles: [Int: TerminalStyle]
    }

    private let headings: [String]
    private let rightFrom: Int
    private var rows: [Row] = []

    /// - Parameter rightFrom: columns from this one on are set to the right whatever is in them.
    init(_ headings: [String], rightFrom: Int = .max) {
        self.headings = headings
        self.rightFrom = rightFrom
    }

    /// Adds a row; `styles` are the looks of cells by column.
    mutating func add(_ row: [String], styles: [Int: TerminalStyle] = [:]) {
        precondition(row.count == headings.count, "\(row.count) cells for \(headings.count) columns")
        rows.append(Row(cells: row.map(DisplayWidth.harmless), styles: styles))
    }

    /// The lines, headings first.
    var lines: [StyledLine] {
        let columns = headings.indices.map { column in
            let cells = rows.map { $0.cells[column] }
            let isNumeric =
                column >= rightFrom || !cells.isEmpty && cells.allSatisfy { $0 == "-" || $0.isQuantity }
            let width = ([headings[column]] + cells).map { DisplayWidth.of($0) }.max() ?? 0
            return (width: width, isNumeric: isNumeric)
        }
        return ([Row(cells: headings, styles: [:])] + rows).map { row in
            let last = row.cells.lastIndex { !$0.isEmpty } ?? 0
            var line = StyledLine()
            for (index, (cell, column)) in zip(row.cells, columns).enumerated() where index <= last {
                let space = String(repeating: " ", count: column.width - DisplayWidth.of(cell))
                if column.isNumeric { line.add(space) }
                line.add(cell, row.styles[index] ?? .plain)
                if !column.isNumeric, index < last { line.add(space) }
                if index < last { line.add("  ") }
            }
            return line
        }
    }

    /// The lines as plain text.
    var text: String { lines.map(\.plain).joined(separator: "\n") }
}

extension String {
    /// Whether the text is a number with or without a unit or a total, as `12`, `1.5 GiB/s` or `3/64`; an address is not.
    fileprivate var isQuantity: Bool { Double(prefix { $0 != " " && $0 != "/" }) != nil }
}
