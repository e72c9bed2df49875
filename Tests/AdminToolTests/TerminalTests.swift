import Testing

@testable import AdminTool

/// Text on a terminal: its width, its keys, and what is sent to draw it.
@Suite struct TerminalTests {
    @Test(arguments: [
        ("plain", 5, "plain"), ("plain", 4, "pla…"), ("plain", 1, "…"), ("plain", 0, ""),
        ("日本語", 6, "日本語"), ("日本語", 5, "日本…"), ("日本語", 4, "日…"), ("日本語", 2, "…"),
        ("e\u{301}te\u{301}", 3, "e\u{301}te\u{301}"), ("👩‍👩‍👧 x", 4, "👩‍👩‍👧 x"), ("👩‍👩‍👧 x", 3, "👩‍👩‍👧…"),
    ])
    func `what is cut ends with an ellipsis and never takes more columns`(
        text: String,
        columns: Int,
        cut: String
    ) {
        #expect(DisplayWidth.cut(text, to: columns) == cut)
        #expect(DisplayWidth.of(cut) <= columns)
        #expect(DisplayWidth.of(DisplayWidth.fit(text, columns)) == columns)
        var line = StyledLine(String(text.prefix(1)), .red)
        line.add(String(text.dropFirst()))
        #expect(line.cut(to: columns).plain == cut)
    }

    @Test(arguments: [
        ("decode-12", 9, "decode-12"), ("decode-12", 5, "…e-12"), ("日本語", 4, "…語"), ("ab", 0, ""),
    ])
    func `of long names the end is kept`(text: String, columns: Int, tail: String) {
        #expect(DisplayWidth.tail(text, to: columns) == tail)
    }

    @Test func `names cannot steer the terminal`() {
        let line = StyledLine("a\u{1B}[2Jb\u{9B}c\u{202E}d\n")
        #expect(line.plain == "a\u{FFFD}[2Jb\u{FFFD}c\u{FFFD}d\u{FFFD}")
        var table = TextTable(["X"])
        table.add(["\u{1B}]0;title\u{07}"])
        #expect(!table.text.contains("\u{1B}") && !table.text.contains("\u{07}"))
    }

    @Test(
        arguments: [
            ([0x71], [TerminalKey.character("q")]), ([0x1B, 0x5B, 0x41], [.up]),
            ([0x1B, 0x4F, 0x42], [.down]),
            ([0x1B, 0x5B, 0x35, 0x7E], [.pageUp]), ([0x1B, 0x5B, 0x36, 0x3B, 0x35, 0x7E], [.pageDown]),
            ([0x1B, 0x5B, 0x31, 0x3B, 0x32, 0x43], [.right]),
            ([0x1B, 0x5B, 0x48, 0x1B, 0x5B, 0x46], [.home, .end]),
            ([0x09, 0x1B, 0x5B, 0x5A, 0x0D], [.tab, .backTab, .enter]), ([0xC3, 0xA9], [.character("é")]),
            ([0x1B, 0x71], [.escape, .character("q")]),
            ([0x1B, 0x5B, 0x39, 0x39, 0x7E, 0x72], [.character("r")]),
            ([0x00, 0x80, 0x73], [.character("s")]),
        ] as [([UInt8], [TerminalKey])]
    )
    func `keys come out of bytes, whole or in pieces`(bytes: [UInt8], keys: [TerminalKey]) {
        var whole = KeyParser()
        #expect(whole.take(bytes) == keys && !whole.isWaiting)
        var pieces = KeyParser()
        #expect(bytes.flatMap { pieces.take([$0]) } == keys)
    }

    @Test func `an escape alone is a key when nothing follows`() {
        var parser = KeyParser()
        #expect(parser.take([0x1B]).isEmpty && parser.isWaiting)
        #expect(parser.expire() == [.escape] && !parser.isWaiting)
        #expect(parser.take([0x1B, 0x5B]).isEmpty)
        #expect(parser.expire().isEmpty && !parser.isWaiting, "half a sequence is dropped")
    }

    @Test func `what is drawn is the frame, whatever was there before`() throws {
        var random = SystemRandomNumberGenerator()
        let seed = random.next()
        var generator = Lehmer(seed: seed)
        var painter = ScreenPainter(isColored: true)
        var screen = FakeScreen(size: TerminalSize(columns: 1, rows: 1))
        for step in 0..<200 {
            var size = screen.size
            if step % 20 == 0 {
                size = TerminalSize(columns: generator.next(40) + 1, rows: generator.next(12) + 1)
                screen = FakeScreen(size: size, filledWith: "#")
            }
            let lines = (0..<generator.next(15)).map { _ in
                StyledLine(String("word 日本 other words".prefix(generator.next(20))), .red)
            }
            screen.take(painter.paint(lines, size: size))
            let expected = (0..<size.rows).map { row in
                row < lines.count
                    ? DisplayWidth.fit(lines[row].cut(to: size.columns).plain, size.columns) : ""
            }
            let shown = screen.text.map { $0.allSatisfy { $0 == " " } ? "" : $0 }
            try #require(
                shown == expected.map { $0.allSatisfy { $0 == " " } ? "" : $0 },
                "step \(step) of seed \(seed)"
            )
            #expect(painter.paint(lines, size: size).isEmpty, "nothing changed: nothing is sent")
        }
    }

    @Test func `only changed lines are sent, as one synchronized update`() {
        var painter = ScreenPainter(isColored: false)
        let size = TerminalSize(columns: 10, rows: 3)
        let first = [StyledLine("a"), StyledLine("b"), StyledLine("0123456789ab")]
        let whole = painter.paint(first, size: size)
        #expect(whole.hasPrefix("\u{1B}[?2026h") && whole.hasSuffix("\u{1B}[?2026l"))
        let change = painter.paint([first[0], StyledLine("c"), first[2]], size: size)
        #expect(change == "\u{1B}[?2026h\u{1B}[2;1Hc\u{1B}[K\u{1B}[?2026l")
        painter.forget()
        #expect(painter.paint(first, size: size) == whole)
    }

    @Test func `a router that is away is asked again ever less often, within limits`() {
        var backoff = Backoff()
        let waits = (0..<7).map { _ in backoff.failed() }
        #expect(waits == [0.5, 1, 2, 4, 8, 10, 10].map { Duration.seconds($0) })
        backoff.succeeded()
        #expect(backoff.failed() == .milliseconds(500))
    }

    @Test func `a watched document that is longer than the screen can be walked through`() {
        let lines = (1...50).map { StyledLine("line \($0)") }
        let frame = WatchFrame(
            heading: "Every 2 s: batonctl status",
            clock: "10:00:00",
            trouble: nil,
            lines: lines
        )
        let size = TerminalSize(columns: 40, rows: 12)
        let top = frame.lines(offset: 0, size: size)
        #expect(top.lines.count == 12 && top.lines[0].plain == "Every 2 s: batonctl status      10:00:00")
        #expect(top.lines[2].plain == "line 1" && top.lines[10].plain == "line 9")
        #expect(top.lines[11].plain.hasPrefix("lines 1 to 9 of 50"))
        let end = frame.lines(offset: .max / 2, size: size)
        #expect(end.offset == 41 && end.lines[10].plain == "line 50")
        let short = WatchFrame(heading: "x", clock: "y", trouble: "r1 is away", lines: Array(lines.prefix(3)))
        #expect(
            short.lines(offset: 9, size: size).lines.map(\.plain).dropFirst() == [
                "r1 is away", "line 1", "line 2", "line 3",
            ]
        )
    }
}
