internal import Synchronization

/// Bounds how many requests are answered at a time.
///
/// Where there are several tenants, one may hold three times as many places as are free and no more: so a
/// flood takes three quarters of them, and others still find one. Source: Choudhury and Hahne, "Dynamic queue
/// length thresholds for shared-memory packet switches", 1998.
final class AdmissionGate: Sendable {
    /// One place; it is free again when the permit is dropped.
    final class Permit: Sendable {
        private let gate: AdmissionGate
        private let tenant: String

        fileprivate init(_ gate: AdmissionGate, _ tenant: String) {
            self.gate = gate
            self.tenant = tenant
        }

        deinit { gate.leave(tenant) }
    }

    private struct State {
        var limit: Int
        var isShared: Bool
        var taken = 0
        /// Places of each tenant that holds any.
        var tenants: [String: Int] = [:]
    }

    /// Places that a tenant may hold per free one.
    private static let placesPerFree = 3

    private let state: Mutex<State>

    /// - Parameter isShared: whether there are several tenants.
    init(limit: Int, isShared: Bool = false) {
        state = Mutex(State(limit: limit, isShared: isShared))
    }

    /// Goes on with other bounds; who is in stays, however many they are.
    func update(limit: Int, isShared: Bool) {
        state.withLock { ($0.limit, $0.isShared) = (limit, isShared) }
    }

    func enter(_ tenant: String) throws(APIError) -> Permit {
        let refusal = state.withLock { state -> APIError? in
            let own = state.tenants[tenant] ?? 0
            let limit = state.limit
            guard state.taken < limit else { return .tooManyRequests(limit: limit) }
            if state.isShared, own >= (limit - state.taken) * Self.placesPerFree {
                return .tooManyPlaces(held: own, limit: limit)
            }
            state.taken += 1
            state.tenants[tenant] = own + 1
            return nil
        }
        if let refusal { throw refusal }
        return Permit(self, tenant)
    }

    private func leave(_ tenant: String) {
        state.withLock { state in
            state.taken -= 1
            let own = (state.tenants[tenant] ?? 1) - 1
            state.tenants[tenant] = own > 0 ? own : nil
        }
    }
}
