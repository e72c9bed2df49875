import Collections
import ServingTypes

/// Remembers how recent attempts ended, so that a late message cannot bring one back to life.
///
/// Bounded: the oldest entry is forgotten first; by then its request is long over or its leases have run out.
struct AttemptFence: Sendable {
    /// What is remembered of an ended attempt.
    struct Ended: Sendable {
        var number: UInt32
        /// Whether its KV had been verified here: a repeated hand-off is then confirmed again.
        var wasVerified: Bool
    }

    private var ended: OrderedDictionary<RequestID, Ended> = [:]
    private let limit: Int

    init(limit: Int) { self.limit = limit }

    /// Whether `attempt` ended here, or a later attempt of its request did.
    func isStale(_ attempt: AttemptID) -> Bool {
        ended[attempt.request].map { attempt.number <= $0.number } ?? false
    }

    /// Whether `attempt` ended here with verified KV.
    func wasVerified(_ attempt: AttemptID) -> Bool {
        ended[attempt.request].map { $0.number == attempt.number && $0.wasVerified } ?? false
    }

    /// Notes the end of an attempt.
    mutating func retire(_ attempt: AttemptID, wasVerified: Bool) {
        if let known = ended[attempt.request], known.number > attempt.number { return }
        ended.removeValue(forKey: attempt.request)
        ended[attempt.request] = Ended(number: attempt.number, wasVerified: wasVerified)
        // Ordered removal at the front is linear, so it is done for an eighth of the entries at once.
        if ended.count > limit { ended.removeFirst(max(1, limit / 8)) }
    }
}
