/// Figures in rows; the first cell of a row names it.
struct Table {
    struct Cell: ExpressibleByStringLiteral {
        let text: Markup
        /// A class of the style sheet: `text`, `better`, `worse` or none.
        var kind = ""

        init(_ text: String, _ kind: String = "") {
            self.text = "\(text)"
            self.kind = kind
        }

        init(stringLiteral value: String) { self.init(value) }
    }

    struct Row {
        let cells: [Cell]
    }

    let caption: String
    let columns: [String]
    var rows: [Row] = []

    mutating func add(_ cells: [Cell]) {
        precondition(cells.count == columns.count, "\(cells.count) cells under \(columns.count) titles")
        rows.append(Row(cells: cells))
    }

    func html() -> Markup {
        """
        <div class="scroll" tabindex="0" role="region" aria-label="\(caption)">
        <table><caption>\(caption)</caption>
        <thead><tr>\(columns.map { "<th scope=\"col\">\($0)</th>" as Markup })</tr></thead>
        <tbody>
        \(rows.map(line))</tbody></table></div>

        """
    }

    private func line(_ row: Row) -> Markup {
        let cells = row.cells.enumerated().map { index, cell -> Markup in
            let kind: Markup = cell.kind.isEmpty ? "" : " class=\"\(cell.kind)\""
            return index == 0 ? "<th scope=\"row\"\(kind)>\(cell.text)</th>" : "<td\(kind)>\(cell.text)</td>"
        }
        return "<tr>\(cells)</tr>\n"
    }
}
