/// A frame of a watched document: a heading, the lines that fit, and where one is in them.
struct WatchFrame {
    /// The command and its interval.
    let heading: String
    /// Time of day.
    let clock: String
    /// What is wrong with the router, if it is away.
    let trouble: String?
    /// The document.
    let lines: [StyledLine]

    /// The frame's lines for a screen, and the first line of the document that is shown.
    func lines(offset: Int, size: TerminalSize) -> (lines: [StyledLine], offset: Int) {
        var top = StyledLine()
        top.add(DisplayWidth.cut(heading, to: max(0, size.columns - DisplayWidth.of(clock) - 1)), .bold)
        top.pad(to: size.columns - DisplayWidth.of(clock))
        top.add(clock, .dim)
        var head = [top, StyledLine()]
        if let trouble { head[1].add(trouble, .red) }
        let room = max(1, size.rows - head.count)
        guard lines.count > room else { return (head + lines, 0) }
        let shown = max(1, room - 1)
        let first = max(0, min(offset, lines.count - shown))
        let last = min(lines.count, first + shown)
        let place = "lines \(first + 1) to \(last) of \(lines.count): arrows, PageUp, PageDown; q ends"
        return (head + lines[first..<last] + [StyledLine(place, .reversed)], first)
    }
}
