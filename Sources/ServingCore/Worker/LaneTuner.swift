import ServingTypes

/// Finds how many lanes to one receiver are useful: one more is tried now and then and kept if it carries more.
///
/// On a path that one connection cannot fill (long round trips, a slow processor) lanes add up; on one that it fills
/// they only cost threads. Only times count in which every lane had work: then the sum of what they sent is the path's.
public struct LaneTuner: Sendable {
    /// How long a number of lanes is observed.
    static let epoch = Duration.milliseconds(500)
    /// How much more a further lane must carry to be kept.
    static let gain = 1.15
    /// Before a number that was not worth it is tried again.
    static let pause = Duration.seconds(60)

    /// Lanes to have now.
    public private(set) var laneCount: Int
    private let limit: Int
    private var bytes = 0
    private var startedAt: Timestamp?
    /// The rate before the last lane was added, while that is being judged.
    private var rateBefore: Double?
    private var waitsUntil: Timestamp?

    /// Starts with `start` lanes and never asks for more than `limit`.
    public init(start: Int, limit: Int) {
        precondition(start > 0, "\(start) lanes")
        laneCount = start
        self.limit = max(start, limit)
    }

    /// A lane has sent something.
    ///
    /// - Parameters:
    ///   - lanes: how many there are.
    ///   - isBacklogged: whether more was waiting.
    public mutating func sent(_ sentBytes: Int, lanes: Int, isBacklogged: Bool, now: Timestamp) {
        guard isBacklogged, lanes == laneCount, let start = startedAt else {
            startedAt = isBacklogged && lanes == laneCount ? now : nil
            bytes = 0
            return
        }
        bytes += sentBytes
        guard now - start >= Self.epoch else { return }
        judge(rate: Double(bytes) / (now - start).inSeconds, now: now)
        (startedAt, bytes) = (nil, 0)
    }

    private mutating func judge(rate: Double, now: Timestamp) {
        if let before = rateBefore, rate < before * Self.gain {
            laneCount -= 1
            rateBefore = nil
            waitsUntil = now + Self.pause
        } else if laneCount < limit, waitsUntil.map({ $0 <= now }) ?? true {
            laneCount += 1
            rateBefore = rate
        } else {
            rateBefore = nil
        }
    }
}
