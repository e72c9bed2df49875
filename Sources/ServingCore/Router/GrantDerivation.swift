import KVCache
import ServingTypes

extension Submission {
    /// The grant of one attempt: unpredictable without the secret, and bound to the attempt and both workers'
    /// boots.
    func grant(attempt: UInt32, plan: PlacementPlan) -> Grant {
        var state = SipHash128(key: secret)
        state.update(request.rawValue)
        state.update(attempt)
        for worker in [plan.computing, plan.decode] {
            state.update(worker.incarnation.rawValue)
            state.update(UInt32(truncatingIfNeeded: worker.id.rawValue.utf8.count))
            state.update(bytes: worker.id.rawValue.utf8)
        }
        return Grant(rawValue: state.finalized())
    }
}
