internal import DaemonKit
internal import ServingTypes

/// The terminal around a ``TopModel``.
struct TopScreen {
    private var model: TopModel
    private var painter: ScreenPainter
    private let router: String
    private var nextAttempt: Duration?
    private var away: Complaint?

    init(interval: Duration, router: String, isColored: Bool) {
        model = TopModel(interval: interval)
        painter = ScreenPainter(isColored: isColored)
        self.router = router
    }

    /// Goes on until a key or signal ends it; the terminal is then as it was.
    mutating func run(on terminal: LiveTerminal, _ feed: RouterFeed<TopSnapshot>) throws {
        // Why the first answer does not come is not hidden behind a screen of its own.
        while !model.isReady {
            guard try handle(terminal.next(within: .seconds(60)), feed) else { return }
        }
        try terminal.take()
        defer { terminal.giveBack() }
        repeat {
            let size = terminal.size
            model.trouble = trouble
            let frame = model.frame(size: size, clock: TimeOfDay.text)
            terminal.write(painter.paint(frame, size: size))
        } while try handle(terminal.next(within: .seconds(1)), feed)
    }

    /// `false` to end.
    private mutating func handle(_ event: LiveTerminal.Event, _ feed: RouterFeed<TopSnapshot>) throws -> Bool
    {
        switch event {
        case .key(let key):
            switch model.press(key) {
            case .none: break
            case .quit: return false
            case .interval(let interval): feed.setInterval(interval)
            case .pause(let isPaused): feed.setPaused(isPaused)
            }
        case .resized: painter.forget()
        case .news: for news in feed.take() { try take(news) }
        case .ended(let signal): throw Ending(signal: signal)
        case .nothing: break
        }
        return true
    }

    private mutating func take(_ news: RouterFeed<TopSnapshot>.News) throws {
        switch news {
        case .value(var snapshot, let time):
            snapshot.time = time
            (away, nextAttempt) = (nil, nil)
            model.take(snapshot)
        case .away(let complaint, let time):
            guard model.isReady else { throw complaint }
            (away, nextAttempt) = (complaint, time)
        case .failed(let error): throw error
        }
    }

    private var trouble: String? {
        guard let away, let nextAttempt else { return nil }
        let left = Int(max(.zero, nextAttempt - RouterFeed<TopSnapshot>.now).inSeconds.rounded(.up))
        let again = left > 0 ? "trying again in \(left) s" : "trying again"
        return "\(router) is away, \(again): \(away.description.firstLine)"
    }
}
