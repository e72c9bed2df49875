public import Logging
internal import Synchronization

/// What the log lines of a process look like: both may change while it runs, and count for the next line.
public final class LogControl: Sendable {
    private static let levels = Logger.Level.allCases
    /// Place in ``levels``: every event asks for it, most only to be dropped.
    private let levelIndex: Atomic<Int>
    private let isJSON: Atomic<Bool>

    /// Starts with these.
    public init(level: Logger.Level, format: LogFormat) {
        levelIndex = Atomic(Self.index(of: level))
        isJSON = Atomic(format == .json)
    }

    /// The least severe line that is written.
    public var level: Logger.Level {
        get { Self.levels[levelIndex.load(ordering: .relaxed)] }
        set { levelIndex.store(Self.index(of: newValue), ordering: .relaxed) }
    }

    /// How a line is written.
    public var format: LogFormat {
        get { isJSON.load(ordering: .relaxed) ? .json : .text }
        set { isJSON.store(newValue == .json, ordering: .relaxed) }
    }

    private static func index(of level: Logger.Level) -> Int { levels.firstIndex(of: level) ?? 0 }
}
