internal import Foundation
internal import ServingTypes

/// A watched document that does not go to a terminal: written anew at each interval.
///
/// JSON objects follow each other, YAML documents are parted by `---`, tables by an empty line.
struct WatchLog {
    private let format: OutputFormat
    private let router: String
    private let isColored: Bool
    private let output = StandardOutput()
    private var count = 0
    private var isAway = false

    init(format: OutputFormat, router: String, isColored: Bool) {
        self.format = format
        self.router = router
        self.isColored = isColored
    }

    /// Goes on until a signal comes, or nobody reads.
    mutating func run(on terminal: LiveTerminal, _ feed: RouterFeed<Shown>) throws {
        while true {
            switch terminal.next(within: .seconds(3_600)) {
            case .news: for news in feed.take() { guard try take(news) else { return } }
            case .ended(let signal): throw Ending(signal: signal)
            case .key, .resized, .nothing: break
            }
        }
    }

    /// `false` when nobody reads.
    private mutating func take(_ news: RouterFeed<Shown>.News) throws -> Bool {
        switch news {
        case .value(let shown, _):
            if isAway { say("the router at \(router) is back") }
            isAway = false
            let text = try shown.text(format, width: Shown.plainWidth, isColored: isColored)
            defer { count += 1 }
            return output.write((count == 0 ? "" : separator) + text)
        case .away(let complaint, _):
            guard count > 0 else { throw complaint }
            if !isAway {
                say("the router at \(router) is away: \(complaint)\nTrying again until it is back.")
            }
            isAway = true
            return true
        case .failed(let error): throw error
        }
    }

    private var separator: String {
        switch format {
        case .table: "\n"
        case .json: ""
        case .yaml: "---\n"
        }
    }

    private func say(_ sentence: String) {
        FileHandle.standardError.write(Data("batonctl: \(sentence)\n".utf8))
    }
}
