internal import Glibc
internal import ServingTypes
internal import Synchronization

/// Spreads a step's layers over its duration, sleeping to absolute deadlines so that errors do not add up.
final class Pacer: Sendable {
    private static let leastSleepNanoseconds: Int64 = 500_000
    private let timeScale: Double
    /// Nanoseconds that steps have taken so far, each without the steps nested in it.
    private let ownNanoseconds = Atomic<Int64>(0)

    /// `timeScale` multiplies all durations; at 0 nothing sleeps.
    init(timeScale: Double) { self.timeScale = timeScale }

    /// Runs `work` and then `afterLayer` for each layer, the latter no earlier than the layer is due.
    ///
    /// Layers shorter than half a millisecond share one sleep. Time that `afterLayer` spends in another
    /// step on the same pacer moves the remaining deadlines; any other time that it takes does not.
    func pace(seconds: Double, layerCount: Int, work: (Int) -> Void, afterLayer: (Int) -> Void) {
        let start = Self.now()
        let total = Int64((seconds * timeScale * 1e9).rounded())
        let perLayer = max(1, total / Int64(layerCount))
        let group = min(layerCount, max(1, Int(Self.leastSleepNanoseconds / perLayer)))
        var nested: Int64 = 0
        var first = 0
        while first < layerCount {
            let end = min(layerCount, first + group)
            for layer in first..<end { work(layer) }
            if total > 0 {
                Self.sleep(until: start + nested + total * Int64(end) / Int64(layerCount))
            }
            let before = ownNanoseconds.load(ordering: .relaxed)
            for layer in first..<end { afterLayer(layer) }
            nested += ownNanoseconds.load(ordering: .relaxed) - before
            first = end
        }
        ownNanoseconds.add(Self.now() - start - nested, ordering: .relaxed)
    }

    private static func now() -> Int64 {
        var time = timespec()
        clock_gettime(CLOCK_MONOTONIC, &time)
        return Int64(time.tv_sec) * 1_000_000_000 + Int64(time.tv_nsec)
    }

    private static func sleep(until deadline: Int64) {
        var time = timespec()
        time.tv_sec = Int(deadline / 1_000_000_000)
        time.tv_nsec = Int(deadline % 1_000_000_000)
        while clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &time, nil) == EINTR {}
    }
}
