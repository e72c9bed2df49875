import ServingTypes

/// Decides which worker changes its role, one at a time: slowly, and only for a gain that lasts.
///
/// A value: balances and the time in, a decision out. Hysteresis is the least gain together with the time for
/// which a change must be called for; a change back would have to gain as much again.
struct PoolController: Sendable {
    /// A change that was ordered and is not done.
    private struct Change: Sendable {
        var worker: WorkerID
        var role: WorkerRole
        var since: Timestamp
    }

    /// A change that has been called for.
    private struct Call: Sendable {
        var site: String
        var role: WorkerRole
        var since: Timestamp
    }

    /// How long an ordered change may take before another is thought of.
    static let patience = Duration.seconds(600)

    /// May change between two steps.
    var settings: PoolSettings
    private var call: Call?
    private var change: Change?
    private var lastChange: Timestamp?
    /// Workers that refused, and until when they are left alone.
    private var refusals: [WorkerID: Timestamp] = [:]
    /// The best change as it was seen last.
    private(set) var advice: PoolAdvice?
    private(set) var verdict = PoolVerdict.noTraffic
    /// Changes that were ordered.
    private(set) var changes = 0

    init(settings: PoolSettings) { self.settings = settings }

    /// A worker does not change, or what it was told to is done.
    mutating func refused(_ worker: WorkerID, now: Timestamp) {
        guard change?.worker == worker else { return }
        change = nil
        refusals[worker] = now + settings.dwell
    }

    /// Looks at all sites; returns the change to order now.
    mutating func step(_ balances: [PoolBalance], now: Timestamp) -> PoolAdvice? {
        refusals = refusals.filter { $0.value > now }
        settleChange(balances, now: now)
        advice = best(balances, now: now)
        guard let advice else {
            call = nil
            verdict = obstacle(balances)
            return nil
        }
        if call.map({ $0.site != advice.site || $0.role != advice.role }) ?? true {
            call = Call(site: advice.site, role: advice.role, since: now)
        }
        verdict = judge(advice, balances, now: now)
        guard verdict == .ordered else { return nil }
        change = Change(worker: advice.worker, role: advice.role, since: now)
        lastChange = now
        call = nil
        changes += 1
        return advice
    }

    private mutating func settleChange(_ balances: [PoolBalance], now: Timestamp) {
        guard let running = change else { return }
        let worker = balances.lazy.flatMap(\.workers).first { $0.id == running.worker }
        guard let worker, worker.role != running.role, now - running.since < Self.patience else {
            change = nil
            return
        }
    }

    /// The best change over all sites: the one that gains most, then the first site.
    private func best(_ balances: [PoolBalance], now: Timestamp) -> PoolAdvice? {
        balances.compactMap { balance in
            balance.bestChange(settings) { mayChange($0, now: now) }
        }.max { left, right in
            left.gain == right.gain ? left.site > right.site : left.gain < right.gain
        }
    }

    private func mayChange(_ worker: PoolWorker, now: Timestamp) -> Bool {
        guard refusals[worker.id] == nil else { return false }
        return worker.roleSince.map { now - $0 >= settings.dwell } ?? true
    }

    private func obstacle(_ balances: [PoolBalance]) -> PoolVerdict {
        guard !balances.isEmpty else { return .noTraffic }
        if let change { return .changing(change.worker, change.role) }
        let couldChange = balances.contains { $0.bestChange(settings) { _ in true } != nil }
        return couldChange ? .dwelling(settings.dwell) : .nobodyMay
    }

    private mutating func judge(
        _ advice: PoolAdvice,
        _ balances: [PoolBalance],
        now: Timestamp
    ) -> PoolVerdict {
        if let change {
            restartCall(now)
            return .changing(change.worker, change.role)
        }
        let balance = balances.first { $0.site == advice.site }
        let needed = balance?.neededGain(advice.role, settings) ?? settings.leastGain
        guard advice.gain >= needed else {
            restartCall(now)
            return .balanced(gain: advice.gain, needed: needed)
        }
        let utilisation = balance?.utilisation ?? 0
        guard utilisation >= settings.actAbove else {
            restartCall(now)
            return .idle(utilisation: utilisation, needed: settings.actAbove)
        }
        if let lastChange, now - lastChange < settings.cooldown {
            return .cooling(left: settings.cooldown - (now - lastChange))
        }
        let called = call.map { now - $0.since } ?? .zero
        guard called >= settings.settling else { return .settling(left: settings.settling - called) }
        return settings.mode == .on ? .ordered : .advised
    }

    /// What is not called for now begins to count anew.
    private mutating func restartCall(_ now: Timestamp) { call?.since = now }
}
