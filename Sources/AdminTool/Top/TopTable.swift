/// A list of `batonctl top`: rows under headings that fit the screen's width, sorted, and a window into them.
struct TopTable<Row> {
    /// How a list is looked at.
    struct View {
        /// Heading of the column that rows are sorted by.
        var sortTitle: String
        var isReversed = false
        /// First row that is shown.
        var offset = 0
    }

    /// The widest first column.
    private static var widestName: Int { 40 }

    private let columns: [TopColumn<Row>]
    private let rows: [Row]

    /// - Parameter columns: the first is a text that tells rows apart; it takes the width that is left.
    init(_ columns: [TopColumn<Row>], rows: [Row], width: Int) {
        self.columns = columns.filter { $0.minimum <= width }
        self.rows = rows
    }

    /// Headings of the columns that are shown.
    var titles: [String] { columns.map(\.title) }
    var count: Int { rows.count }

    /// The heading and the rows of the window; `view.offset` moves into the list.
    func lines(_ view: inout View, width: Int, height: Int, isActive: Bool) -> [StyledLine] {
        let room = max(0, height - 1)
        view.offset = max(0, min(view.offset, rows.count - room))
        let widths = widths(in: width)
        let window = sorted(view).dropFirst(view.offset).prefix(room)
        var heading = StyledLine()
        let style: TerminalStyle = isActive ? .boldReversed : .reversed
        for (index, column) in columns.enumerated() {
            var title = column.title
            if title == view.sortTitle { title += isDescending(column, view) ? "↓" : "↑" }
            if index == 0 { title += " " + place(view, shown: window.count) }
            heading.add(DisplayWidth.fit(title, widths[index], isRight: column.isRight && index > 0), style)
            if index < columns.count - 1 { heading.add(" ", style) }
        }
        heading.pad(to: width, style)
        return height > 0 ? [heading] + window.map { line($0, widths) } : []
    }

    private func line(_ row: Row, _ widths: [Int]) -> StyledLine {
        var line = StyledLine()
        for (index, column) in columns.enumerated() {
            let cell = column.cell(row)
            let clean = DisplayWidth.harmless(cell.text)
            let text = DisplayWidth.fit(
                column.isRight ? clean : DisplayWidth.tail(clean, to: widths[index]),
                widths[index],
                isRight: column.isRight && index > 0
            )
            line.add(text, cell.style)
            if index < columns.count - 1 { line.add(" ") }
        }
        return line
    }

    /// Which rows are shown, of how many.
    private func place(_ view: View, shown: Int) -> String {
        shown == rows.count ? "\(rows.count)" : "\(view.offset + 1)-\(view.offset + shown)/\(rows.count)"
    }

    private func widths(in width: Int) -> [Int] {
        let others = columns.dropFirst().reduce(0) { $0 + $1.width + 1 }
        let name = min(Self.widestName, max(columns[0].width, width - others))
        return [name] + columns.dropFirst().map(\.width)
    }

    private func isDescending(_ column: TopColumn<Row>, _ view: View) -> Bool {
        guard let row = rows.first, case .number = column.key(row) else { return view.isReversed }
        return !view.isReversed
    }

    /// Rows in order; equal ones by the first column.
    private func sorted(_ view: View) -> [Row] {
        guard let first = columns.first else { return rows }
        let column = columns.first { $0.title == view.sortTitle } ?? first
        let isDescending = isDescending(column, view)
        let keyed = rows.map { (row: $0, key: column.key($0), name: first.key($0)) }
        return keyed.sorted { left, right in
            guard left.key == right.key else {
                return isDescending ? left.key > right.key : left.key < right.key
            }
            return left.name < right.name
        }.map(\.row)
    }
}
