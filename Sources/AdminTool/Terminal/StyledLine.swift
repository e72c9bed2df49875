/// One line of text in pieces of different looks.
struct StyledLine: Hashable, Sendable {
    /// A piece.
    struct Span: Hashable, Sendable {
        var text: String
        var style: TerminalStyle
    }

    private(set) var spans: [Span] = []

    /// A line of one look; what would steer a terminal is replaced.
    init(_ text: String = "", _ style: TerminalStyle = .plain) { add(text, style) }

    /// The lines of a text.
    static func lines(_ text: String, _ style: TerminalStyle = .plain) -> [StyledLine] {
        text.split(separator: "\n", omittingEmptySubsequences: false).map { StyledLine(String($0), style) }
    }

    /// Columns that it takes.
    var width: Int { spans.reduce(0) { $0 + DisplayWidth.of($1.text) } }

    /// The text alone.
    var plain: String { spans.map(\.text).joined() }

    /// Adds a piece at the end.
    mutating func add(_ text: String, _ style: TerminalStyle = .plain) {
        guard !text.isEmpty else { return }
        let clean = DisplayWidth.harmless(text)
        if let last = spans.indices.last, spans[last].style == style {
            spans[last].text += clean
        } else {
            spans.append(Span(text: clean, style: style))
        }
    }

    /// Adds spaces up to a column.
    mutating func pad(to column: Int, _ style: TerminalStyle = .plain) {
        let width = width
        if column > width { add(String(repeating: " ", count: column - width), style) }
    }

    /// The line in at most so many columns; what was cut ends with an ellipsis.
    func cut(to columns: Int) -> StyledLine {
        guard width > columns else { return self }
        var (line, left) = (StyledLine(), columns)
        for span in spans where left > 0 {
            let width = DisplayWidth.of(span.text)
            // An exact fit needs a sign of the cut too: more follows.
            let text = width < left ? span.text : DisplayWidth.cut(span.text + " ", to: left)
            line.add(text, span.style)
            left = width < left ? left - width : 0
        }
        return line
    }

    /// The text with its looks as control sequences, or without.
    func rendered(isColored: Bool) -> String {
        guard isColored else { return plain }
        return spans.map { span in
            span.style.code.map { "\u{1B}[\($0)m\(span.text)\u{1B}[0m" } ?? span.text
        }.joined()
    }
}
