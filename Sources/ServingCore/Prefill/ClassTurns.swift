import ServingTypes

/// Shares the engine's time between short and long prompts.
///
/// Each class has a virtual clock that runs by the time it used over its share, and the one that is behind goes next; a
/// class that comes back after a pause starts where the other is, so that nobody saves up. A class that has waited
/// for the bound goes first whatever the clocks say. Source: start-time fair queueing (Goyal et al., 1996), for the
/// temporal sharing of LAPS.
struct ClassTurns: Hashable, Sendable {
    private struct Account: Hashable {
        var clock = Duration.zero
        /// Since when it has waited for a turn; `nil` without work.
        var waitsSince: Timestamp?
    }

    /// May change between two turns.
    var shortShare: Double
    /// May change between two turns.
    var bound: Duration
    private var short = Account()
    private var long = Account()
    /// Where the clock of the class in service was when it began.
    private var virtualTime = Duration.zero

    init(shortShare: Double, bound: Duration) {
        self.shortShare = shortShare
        self.bound = bound
    }

    /// Notes which classes have work.
    mutating func update(hasShort: Bool, hasLong: Bool, now: Timestamp) {
        update(&short, hasShort, now)
        update(&long, hasLong, now)
    }

    private func update(_ account: inout Account, _ hasWork: Bool, _ now: Timestamp) {
        guard hasWork else {
            account.waitsSince = nil
            return
        }
        guard account.waitsSince == nil else { return }
        account.waitsSince = now
        account.clock = max(account.clock, virtualTime)
    }

    /// Whose turn it is when both have work.
    func next(now: Timestamp) -> PromptClass {
        let shortWait = short.waitsSince.map { now - $0 } ?? .zero
        let longWait = long.waitsSince.map { now - $0 } ?? .zero
        if max(shortWait, longWait) >= bound { return longWait > shortWait ? .long : .short }
        return short.clock <= long.clock ? .short : .long
    }

    /// A class had the engine for so long.
    mutating func charge(_ turn: PromptClass, _ time: Duration, now: Timestamp) {
        switch turn {
        case .short:
            virtualTime = max(virtualTime, short.clock)
            short.clock += time / shortShare
            short.waitsSince = short.waitsSince.map { _ in now + time }
        case .long:
            virtualTime = max(virtualTime, long.clock)
            long.clock += time / (1 - shortShare)
            long.waitsSince = long.waitsSince.map { _ in now + time }
        }
    }
}
