internal import Foundation
internal import ServingTypes

/// A watched document on a terminal: drawn over itself, only where it changed.
struct WatchScreen {
    private let heading: String
    private let router: String
    private let format: OutputFormat
    private var painter: ScreenPainter
    private var shown: Shown?
    private var away: (complaint: Complaint, nextAttempt: Duration)?
    private var offset = 0
    private let isColored: Bool

    init(heading: String, router: String, format: OutputFormat, isColored: Bool) {
        self.heading = heading
        self.router = router
        self.format = format
        self.isColored = isColored
        painter = ScreenPainter(isColored: isColored)
    }

    /// Goes on until a signal or the key `q`; the last document stays on the terminal.
    mutating func run(on terminal: LiveTerminal, _ feed: RouterFeed<Shown>) throws {
        // The first answer, or why there is none, is not hidden behind a screen of its own.
        while shown == nil {
            guard try handle(terminal.next(within: .seconds(60)), terminal, feed) else { return }
        }
        try terminal.take()
        let ending = Result { try loop(on: terminal, feed) }
        terminal.giveBack()
        if let shown {
            terminal.write(try shown.text(format, width: terminal.size.columns, isColored: isColored))
        }
        try ending.get()
    }

    private mutating func loop(on terminal: LiveTerminal, _ feed: RouterFeed<Shown>) throws {
        repeat {
            let size = terminal.size
            let frame = try frame(width: size.columns).lines(offset: offset, size: size)
            offset = frame.offset
            terminal.write(painter.paint(frame.lines, size: size))
        } while try handle(terminal.next(within: .seconds(1)), terminal, feed)
    }

    /// `false` to end.
    private mutating func handle(
        _ event: LiveTerminal.Event,
        _ terminal: LiveTerminal,
        _ feed: RouterFeed<Shown>
    ) throws -> Bool {
        switch event {
        case .key(let key): return take(key, rows: terminal.size.rows)
        case .resized: painter.forget()
        case .news: for news in feed.take() { try take(news) }
        case .ended(let signal): throw Ending(signal: signal)
        case .nothing: break
        }
        return true
    }

    private mutating func take(_ key: TerminalKey, rows: Int) -> Bool {
        switch key {
        case .character("q"), .character("Q"): return false
        case .up, .character("k"): offset -= 1
        case .down, .character("j"): offset += 1
        case .pageUp: offset -= max(1, rows - 4)
        case .pageDown, .character(" "): offset += max(1, rows - 4)
        case .home: offset = 0
        case .end: offset = .max / 2
        default: break
        }
        offset = max(0, offset)
        return true
    }

    private mutating func take(_ news: RouterFeed<Shown>.News) throws {
        switch news {
        case .value(let value, _):
            shown = value
            away = nil
        case .away(let complaint, let nextAttempt):
            guard shown != nil else { throw complaint }
            away = (complaint, nextAttempt)
        case .failed(let error): throw error
        }
    }

    private func frame(width: Int) throws -> WatchFrame {
        let trouble = away.map { away in
            let left = Int(max(.zero, away.nextAttempt - RouterFeed<Shown>.now).inSeconds.rounded(.up))
            let again = left > 0 ? "trying again in \(left) s" : "trying again"
            return "\(router) is away, \(again): \(away.complaint.description.firstLine)"
        }
        return WatchFrame(
            heading: heading,
            clock: TimeOfDay.text,
            trouble: trouble,
            lines: try shown?.lines(format, width: width) ?? []
        )
    }
}

extension String {
    /// The text up to its first line's end.
    var firstLine: String { String(prefix { $0 != "\n" }) }
}
