internal import DaemonKit
internal import ServingTypes

/// `batonctl top` as a value: snapshots and keys in, frames of styled lines out.
///
/// It knows no clock and no terminal.
struct TopModel {
    /// What a key asks of who runs the model.
    enum Effect: Equatable {
        case none, quit
        case interval(Duration)
        case pause(Bool)
    }

    /// Intervals that `+` and `-` go through, in milliseconds.
    private static let intervals = [250, 500, 1_000, 2_000, 5_000, 10_000, 30_000, 60_000]
    /// Rates are over at least this time, so that they can be read.
    private static let rateTime = Duration.seconds(3)
    /// Rows that a list which is not looked at keeps, its heading included.
    private static let quietRows = 4
    /// Screens of so many rows have room for an empty line.
    private static let airyRows = 30

    private(set) var interval: Duration
    private(set) var isPaused = false
    private(set) var pane = TopPane.workers
    /// What is wrong with the router; `nil` while it answers.
    var trouble: String?

    private var history: [TopSnapshot] = []
    private var showsHelp = false
    private var workerView = TopTable<ClusterDocument.Worker>.View(sortTitle: "WORKER")
    private var linkView = TopTable<TopLink>.View(sortTitle: "NOW")
    private var requestView = TopTable<RequestsDocument.Request>.View(sortTitle: "AGE")
    /// Of the last frame: headings, and rows of the list that is looked at.
    private var titles: [TopPane: [String]] = [:]
    private var pageRows = 1

    init(interval: Duration) { self.interval = interval }

    /// Whether there is something to show.
    var isReady: Bool { !history.isEmpty }

    /// Takes a snapshot.
    mutating func take(_ snapshot: TopSnapshot) {
        trouble = nil
        history.append(snapshot)
        // The newest that is old enough stays, for the rates.
        while history.count > 2, snapshot.time - history[1].time >= Self.rateTime { history.removeFirst() }
    }

    private var rates: TopRates? {
        guard let first = history.first, let last = history.last else { return nil }
        return TopRates(from: first, to: last)
    }

    // MARK: Keys

    /// Takes a key.
    mutating func press(_ key: TerminalKey) -> Effect {
        if showsHelp {
            showsHelp = false
            return key == .character("q") ? .quit : .none
        }
        switch key {
        case .character("q"), .character("Q"): return .quit
        case .character("?"), .character("h"): showsHelp = true
        case .character("w"): pane = .workers
        case .character("l"): pane = .links
        case .character("R"): pane = .requests
        case .tab: pane = pane.next(1)
        case .backTab: pane = pane.next(-1)
        case .character("s"), .right: sort(1)
        case .left: sort(-1)
        case .character("r"):
            change {
                $0.isReversed.toggle()
            } links: {
                $0.isReversed.toggle()
            } requests: {
                $0.isReversed.toggle()
            }
        case .character("p"), .character(" "):
            isPaused.toggle()
            return .pause(isPaused)
        case .character("+"), .character("="): return setInterval(next: true)
        case .character("-"): return setInterval(next: false)
        case .up: scroll(-1)
        case .down: scroll(1)
        case .pageUp: scroll(-pageRows)
        case .pageDown: scroll(pageRows)
        case .home: scroll(-1_000_000)
        case .end: scroll(1_000_000)
        case .character, .escape, .enter: break
        }
        return .none
    }

    private mutating func setInterval(next isNext: Bool) -> Effect {
        let steps = Self.intervals.map { Duration.milliseconds($0) }
        guard let step = isNext ? steps.first(where: { $0 > interval }) : steps.last(where: { $0 < interval })
        else { return .none }
        interval = step
        return .interval(step)
    }

    private mutating func scroll(_ rows: Int) {
        change {
            $0.offset += rows
        } links: {
            $0.offset += rows
        } requests: {
            $0.offset += rows
        }
    }

    private mutating func sort(_ step: Int) {
        let titles = titles[pane] ?? []
        guard !titles.isEmpty else { return }
        func next(_ title: String) -> String {
            let index = titles.firstIndex(of: title) ?? 0
            return titles[(index + step + titles.count) % titles.count]
        }
        change {
            $0.sortTitle = next($0.sortTitle)
        } links: {
            $0.sortTitle = next($0.sortTitle)
        } requests: {
            $0.sortTitle = next($0.sortTitle)
        }
    }

    /// Changes how the list that is looked at is shown.
    private mutating func change(
        workers: (inout TopTable<ClusterDocument.Worker>.View) -> Void,
        links: (inout TopTable<TopLink>.View) -> Void,
        requests: (inout TopTable<RequestsDocument.Request>.View) -> Void
    ) {
        switch pane {
        case .workers: workers(&workerView)
        case .links: links(&linkView)
        case .requests: requests(&requestView)
        }
    }

    // MARK: Frames

    /// The lines of a frame, exactly as many as the screen has.
    ///
    /// - Parameter clock: the time of day, as text.
    mutating func frame(size: TerminalSize, clock: String) -> [StyledLine] {
        guard let snapshot = history.last else { return [] }
        let rates = rates
        let mode = isPaused ? "paused" : "every \(Self.text(of: interval))"
        let header = TopHeader(cluster: snapshot.cluster, rates: rates, mode: mode, clock: clock)
        var lines = header.lines(width: size.columns)
        if let trouble {
            lines.append(StyledLine(trouble, .red))
        } else if size.rows >= Self.airyRows {
            lines.append(StyledLine())
        }
        let room = max(0, size.rows - lines.count - 1)
        if showsHelp {
            lines += TopHelp.lines.prefix(room)
        } else {
            lines += lists(snapshot, rates, columns: size.columns, rows: room)
        }
        lines = Array(lines.prefix(max(0, size.rows - 1)))
        while lines.count < size.rows - 1 { lines.append(StyledLine()) }
        lines.append(StyledLine(TopHelp.footer, .dim))
        return lines.suffix(size.rows).map { $0.cut(to: size.columns) }
    }

    /// The lists that fit, the one that is looked at with the most rows.
    private mutating func lists(
        _ snapshot: TopSnapshot,
        _ rates: TopRates?,
        columns: Int,
        rows: Int
    ) -> [StyledLine] {
        let cluster = snapshot.cluster
        let workers = TopTable(TopColumn.workers(width: columns), rows: cluster.workers, width: columns)
        let all = cluster.links.map { link in
            TopLink(link: link, now: rates?.paths[TopRates.Path(from: link.from, to: link.to)])
        }
        // Idle paths are of interest only to who looks for them.
        let links = TopTable(
            TopColumn.links(width: columns),
            rows: pane == .links ? all : all.filter(\.isNotable),
            width: columns
        )
        let requests = TopTable(
            TopColumn.requests(width: columns),
            rows: snapshot.requests.requests,
            width: columns
        )
        titles = [.workers: workers.titles, .links: links.titles, .requests: requests.titles]
        let heights = Self.heights([workers.count, links.count, requests.count], active: pane, rows: rows)
        pageRows = max(1, heights[pane.rawValue] - 1)
        func isActive(_ pane: TopPane) -> Bool { pane == self.pane }
        return workers.lines(&workerView, width: columns, height: heights[0], isActive: isActive(.workers))
            + links.lines(&linkView, width: columns, height: heights[1], isActive: isActive(.links))
            + requests.lines(&requestView, width: columns, height: heights[2], isActive: isActive(.requests))
    }

    /// Screen rows for each list, headings included.
    ///
    /// Each gets what it needs if there is room; else little for those that are not looked at, and nothing for
    /// them on very small screens.
    static func heights(_ counts: [Int], active: TopPane, rows: Int) -> [Int] {
        let needs = counts.map { $0 + 1 }
        guard rows >= 3 * quietRows else {
            return needs.indices.map { $0 == active.rawValue ? rows : 0 }
        }
        var heights = needs.map { min($0, quietRows) }
        var left = rows - heights.reduce(0, +)
        for index in [active.rawValue] + needs.indices.filter({ $0 != active.rawValue }) {
            let more = min(left, needs[index] - heights[index])
            heights[index] += more
            left -= more
        }
        return heights
    }

    private static func text(of interval: Duration) -> String {
        let seconds = interval.inSeconds
        return seconds == seconds.rounded() ? "\(Int(seconds)) s" : "\(seconds) s"
    }
}
