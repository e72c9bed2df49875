import ServingTypes

/// Divides prefill workers between short and long prompts by what they feel, one move at a time.
///
/// With fewer than ``PrefillClassSettings/leastWorkers`` workers, or without prompts of both classes, nothing is
/// divided: they share over time. A worker
/// moves to the other class when the classes' P90 pressures differ by more than τ, after a cool-down, and no class
/// loses its last one. Source: LAPS (arXiv 2601.11589), spatial disaggregation of the prefill pool.
public struct PrefillClasses: Sendable {
    /// Pressures of one class at one moment.
    private struct Sample: Sendable {
        var at: Timestamp
        var kind: PrefillClassKind
        var pressure: Double
    }

    /// Bounds of a boundary that comes from cost models, in tokens.
    static let kneeTokens = 64.0...8_192
    /// Most samples that are kept.
    static let maxSamples = 2_048
    /// Pressure below which a difference is noise, in seconds.
    static let noise = 0.005
    /// Prompts that must be known, and the shares of the rarer class from which on, and below which no longer, the
    /// workers are divided: without long prompts a worker for them would be idle.
    static let leastPrompts = 20.0
    static let dividesFrom = 0.03
    static let dividesDownTo = 0.01
    /// What is left of the counts of prompts after a step.
    static let fading = 0.99

    /// May change between two steps.
    var settings: PrefillClassSettings
    private var kinds: [WorkerID: PrefillClassKind] = [:]
    private var samples: [Sample] = []
    private var movedAt: Timestamp?
    private var boundaryTokens: Int?
    private var shortPrompts = 0.0
    private var longPrompts = 0.0
    /// Longest short prompt in tokens; `nil` while nothing is divided.
    public private(set) var shortTokens: Int?
    /// Moves so far.
    public private(set) var moves = 0

    init(settings: PrefillClassSettings) { self.settings = settings }

    /// The class of a worker.
    func prefillClass(of worker: WorkerID) -> PrefillClass {
        guard let kind = kinds[worker], let shortTokens else { return .any }
        return PrefillClass(
            kind: kind,
            shortTokens: shortTokens,
            penaltySeconds: settings.penalty.inSeconds
        )
    }

    /// Counts a prompt that goes to a prefill worker.
    mutating func note(newTokens: Int) {
        guard let boundaryTokens else { return }
        if newTokens <= boundaryTokens { shortPrompts += 1 } else { longPrompts += 1 }
    }

    /// Whether there are enough prompts of both classes.
    private var isMixed: Bool {
        let total = shortPrompts + longPrompts
        let share = shortTokens == nil ? Self.dividesFrom : Self.dividesDownTo
        return min(shortPrompts, longPrompts) >= share * total
            && total >= (shortTokens == nil ? Self.leastPrompts : 1)
    }

    /// Looks at the prefill workers that take work.
    mutating func step(_ workers: [PrefillPressure], now: Timestamp) {
        shortPrompts *= Self.fading
        longPrompts *= Self.fading
        boundaryTokens = boundary(workers)
        guard settings.isOn, workers.count >= max(2, settings.leastWorkers), isMixed,
            let boundary = boundaryTokens
        else {
            kinds = [:]
            samples = []
            shortTokens = nil
            return
        }
        shortTokens = boundary
        let workers = workers.sorted { $0.worker < $1.worker }
        enrol(workers, now: now)
        sample(workers, now: now)
        move(workers, now: now)
    }

    /// The setting, or the median knee of the workers.
    private func boundary(_ workers: [PrefillPressure]) -> Int? {
        if let given = settings.shortTokens { return given }
        let knees = workers.map(\.kneeTokens).filter { $0 > 0 && $0.isFinite }.sorted()
        guard !knees.isEmpty else { return nil }
        let bounds = Self.kneeTokens
        return Int(min(max(knees[knees.count / 2], bounds.lowerBound), bounds.upperBound))
    }

    /// Gives newcomers the class with fewer workers, and each class at least one.
    private mutating func enrol(_ workers: [PrefillPressure], now: Timestamp) {
        let names = Set(workers.map(\.worker))
        kinds = kinds.filter { names.contains($0.key) }
        for worker in workers where kinds[worker.worker] == nil {
            kinds[worker.worker] = count(.short) <= count(.long) ? .short : .long
        }
        for (empty, full) in [(PrefillClassKind.short, PrefillClassKind.long), (.long, .short)]
        where count(empty) == 0 {
            reassign(from: full, to: empty, workers, now: now)
        }
    }

    private func count(_ kind: PrefillClassKind) -> Int { kinds.values.count { $0 == kind } }

    private mutating func sample(_ workers: [PrefillPressure], now: Timestamp) {
        for worker in workers {
            guard let kind = kinds[worker.worker] else { continue }
            samples.append(Sample(at: now, kind: kind, pressure: worker.value(settings)))
        }
        samples.removeAll { now - $0.at > settings.window }
        if samples.count > Self.maxSamples { samples.removeFirst(samples.count - Self.maxSamples) }
    }

    /// The value that nine of ten samples of a class do not exceed.
    func pressure(of kind: PrefillClassKind) -> Double {
        let sorted = samples.filter { $0.kind == kind }.map(\.pressure).sorted()
        guard !sorted.isEmpty else { return 0 }
        return sorted[min(sorted.count - 1, (sorted.count * 9 + 9) / 10 - 1)]
    }

    private mutating func move(_ workers: [PrefillPressure], now: Timestamp) {
        if let movedAt, now - movedAt < settings.cooldown { return }
        let (short, long) = (pressure(of: .short), pressure(of: .long))
        let (needy, idle): (PrefillClassKind, PrefillClassKind) =
            short > long ? (.short, .long) : (.long, .short)
        let (high, low) = (max(short, long), min(short, long))
        // A pressure may be negative or next to nothing: a share of that would be no difference at all.
        guard high - low > settings.threshold * max(abs(low), Self.noise) + Self.noise, count(idle) > 1 else {
            return
        }
        // What the calmer class would feel with one worker less: no worker goes to and fro.
        let left = Double(count(idle))
        guard low * left / (left - 1) < high else { return }
        reassign(from: idle, to: needy, workers, now: now)
        moves += 1
    }

    /// Moves the worker with the shortest queue, then the lowest name; old samples say nothing of the new classes.
    private mutating func reassign(
        from: PrefillClassKind,
        to kind: PrefillClassKind,
        _ workers: [PrefillPressure],
        now: Timestamp
    ) {
        let candidates = workers.filter { kinds[$0.worker] == from }
        let chosen = candidates.min { left, right in
            left.queueSeconds == right.queueSeconds
                ? left.worker < right.worker : left.queueSeconds < right.queueSeconds
        }
        guard let chosen else { return }
        kinds[chosen.worker] = kind
        samples = []
        movedAt = now
    }
}
