import ServingTypes

/// Finds the greatest number of requests in flight at once; a request that ends as another begins makes room
/// for it.
struct FlightCounter: Sendable {
    private var starts: [Int64] = []
    private var ends: [Int64] = []

    mutating func add(_ outcome: RequestOutcome) {
        let over = outcome.isCompleted ? outcome.lastToken : outcome.ended
        guard let sent = outcome.sent, let over, over > sent else { return }
        starts.append(sent.nanoseconds)
        ends.append(over.nanoseconds)
    }

    var peak: Int {
        let (starts, ends) = (starts.sorted(), ends.sorted())
        var (over, peak) = (0, 0)
        for (index, start) in starts.enumerated() {
            while ends[over] <= start { over += 1 }
            peak = max(peak, index + 1 - over)
        }
        return peak
    }
}
