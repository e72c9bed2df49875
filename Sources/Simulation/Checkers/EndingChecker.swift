import ServingCore
import ServingTypes

/// A request fails only for a reason: faults were injected, or no worker could ever hold it.
struct EndingChecker: Sendable {
    let scenario: SimulationScenario

    /// Whether no worker can ever hold a prompt.
    func isOversize(_ tokens: Int) -> Bool { tokens >= scenario.contextTokens }

    /// What is wrong with a failure, or `nil`.
    func failure(_ error: ServingError, tokens: Int, faults: FaultCounts) -> String? {
        if isOversize(tokens) {
            let isRefused = error.code == .badRequest || error.code == .noCapacity
            return isRefused ? nil : "an oversize request failed with \(error)"
        }
        return faults.harmLimit > 0 ? nil : "failed without any fault: \(error)"
    }

    /// What is wrong with a request's history, or `nil`: a failed attempt needs a fault that explains it.
    func history(_ record: RequestRecord, faults: FaultCounts) -> String? {
        let failures = record.attempts.filter { $0.failure != nil && !$0.wasRefused }
        guard failures.count > faults.harmLimit, let last = failures.last?.failure else { return nil }
        return "\(failures.count) attempts failed, the faults explain \(faults.harmLimit); the last: \(last)"
    }

    /// What is wrong with what became of all requests, or `nil`.
    func end(_ requests: [SimulatedRequest]) -> String? {
        guard let index = requests.firstIndex(where: { !$0.stream.isOver }) else { return nil }
        let stream = requests[index].stream
        return
            "request \(index) never ended; \(stream.deliveredCount) of \(stream.expected.count) tokens came"
    }
}
