/// A bottleneck: a token bucket that serves its flows in turn.
struct PathLink {
    /// Bytes per second.
    var rate: Double
    /// Bytes that may pass at `lineRate` after a pause.
    var burst = 0.0
    var lineRate = 5e9
    var isBusy = false
    var turn = 0
    private var tokens: Double
    private var filledAt: Int64 = 0

    init(rate: Double, burst: Double = 0) {
        self.rate = rate
        self.burst = burst
        tokens = burst
    }

    /// When `bytes` that start at `now` are through, in nanoseconds.
    mutating func serve(_ bytes: Int, now: Int64) -> Int64 {
        if now > filledAt {
            tokens = min(burst, tokens + rate * Double(now - filledAt) / 1e9)
            filledAt = now
        }
        let need = Double(bytes)
        let lack = max(0, need - tokens)
        tokens -= need - lack
        let wait = lack / rate * 1e9
        filledAt = max(filledAt, now + Int64(wait))
        return now + max(1, Int64(max(wait, need / lineRate * 1e9)))
    }
}
