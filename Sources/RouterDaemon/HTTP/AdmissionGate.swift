internal import Synchronization

/// Bounds how many requests are answered at a time.
final class AdmissionGate: Sendable {
    /// One place; it is free again when the permit is dropped.
    final class Permit: Sendable {
        private let gate: AdmissionGate

        fileprivate init(_ gate: AdmissionGate) { self.gate = gate }

        deinit { gate.taken.withLock { $0 -= 1 } }
    }

    private let limit: Int
    private let taken = Mutex(0)

    init(limit: Int) { self.limit = limit }

    func enter() throws(APIError) -> Permit {
        let isAdmitted = taken.withLock { taken in
            guard taken < limit else { return false }
            taken += 1
            return true
        }
        guard isAdmitted else { throw .tooManyRequests(limit: limit) }
        return Permit(self)
    }
}
