import ServingTypes

/// When running answers are moved: not before a worker was full for a while, and one at a time for each pair.
struct MovePlanner: Sendable {
    private struct Pair: Hashable, Sendable {
        let from: WorkerID
        let to: WorkerID
    }

    /// Between two looks.
    static let interval = Duration.milliseconds(100)

    /// May change between two looks.
    var settings: DecodeBalanceSettings
    /// Since when each full worker is; looked up only.
    private var fullSince: [WorkerID: Timestamp] = [:]
    /// Until when pairs rest; looked up only.
    private var restsUntil: [Pair: Timestamp] = [:]
    private var lastLook: Timestamp?

    init(settings: DecodeBalanceSettings) { self.settings = settings }

    /// Whether it is time to look again.
    func isDue(now: Timestamp) -> Bool {
        settings.moves && (lastLook.map { now - $0 >= Self.interval } ?? true)
    }

    /// Full workers that have been so for long enough, the fullest first, each with those that could take from it, the
    /// emptiest first; O(workers) when none is full.
    mutating func pairs(
        of workers: [MoveDecision.Worker],
        _ decision: MoveDecision,
        now: Timestamp
    ) -> [(from: MoveDecision.Worker, to: MoveDecision.Worker)] {
        lastLook = now
        restsUntil = restsUntil.filter { $0.value > now }
        var since: [WorkerID: Timestamp] = [:]
        for worker in workers where decision.isFull(worker) {
            since[worker.ref.id] = fullSince[worker.ref.id] ?? now
        }
        fullSince = since
        let sources = workers.filter { worker in
            since[worker.ref.id].map { now - $0 >= settings.dwell } ?? false
        }
        let targets = workers.sorted { ($0.load, $0.ref) < ($1.load, $1.ref) }
        return sources.sorted { ($1.load, $0.ref) < ($0.load, $1.ref) }.flatMap { source in
            targets.filter { target in
                restsUntil[Pair(from: source.ref.id, to: target.ref.id)] == nil
                    && decision.isPair(from: source, to: target)
            }.map { (source, $0) }
        }
    }

    /// Lets a pair rest, in both directions: what was moved must not come straight back.
    mutating func ordered(_ move: MoveDecision.Move, now: Timestamp) {
        let (from, to) = (move.from.id, move.to.id)
        for pair in [Pair(from: from, to: to), Pair(from: to, to: from)] {
            restsUntil[pair] = now + settings.coolDown
        }
    }
}
