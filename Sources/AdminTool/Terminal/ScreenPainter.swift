/// What to send to a terminal so that it shows a frame: only lines that changed, in one piece.
///
/// A terminal that knows synchronized updates (mode 2026) shows them at once; others pass over the mode.
struct ScreenPainter {
    /// Takes a screen of its own and hides the cursor; lines do not wrap.
    static let begin = "\u{1B}[?1049h\u{1B}[?25l\u{1B}[?7l\u{1B}[2J"
    /// Gives the screen back as it was.
    static let end = "\u{1B}[?2026l\u{1B}[0m\u{1B}[?7h\u{1B}[?25h\u{1B}[?1049l"

    private var size: TerminalSize?
    private var shown: [String] = []
    private let isColored: Bool

    init(isColored: Bool) { self.isColored = isColored }

    /// Forgets what is shown, as after another program wrote to the terminal.
    mutating func forget() { size = nil }

    /// The control sequences that turn what is shown into these lines; empty when nothing changed.
    mutating func paint(_ lines: [StyledLine], size: TerminalSize) -> String {
        var text = ""
        if size != self.size {
            text += "\u{1B}[0m\u{1B}[2J"
            shown = []
            self.size = size
        }
        let rows = lines.prefix(size.rows).map { line in
            let cut = line.cut(to: size.columns)
            // Erasing after a full line would erase its last character.
            return cut.rendered(isColored: isColored) + (cut.width < size.columns ? "\u{1B}[K" : "")
        }
        for (index, row) in rows.enumerated() where index >= shown.count || shown[index] != row {
            text += "\u{1B}[\(index + 1);1H\(row)"
        }
        if rows.count < shown.count { text += "\u{1B}[\(rows.count + 1);1H\u{1B}[J" }
        shown = rows
        return text.isEmpty ? "" : "\u{1B}[?2026h\(text)\u{1B}[?2026l"
    }
}
