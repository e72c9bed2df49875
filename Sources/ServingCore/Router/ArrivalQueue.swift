import Collections
import ServingTypes

/// Requests in order of their first arrival: a resumed one goes before those that came later.
struct ArrivalQueue: Sendable {
    private var entries: Deque<(arrival: UInt64, request: RequestID)> = []

    var count: Int { entries.count }
    var isEmpty: Bool { entries.isEmpty }

    /// All of them, in order.
    var all: [RequestID] { entries.map(\.request) }

    /// The waiting request at a place in the queue.
    subscript(position: Int) -> RequestID { entries[position].request }

    /// Adds a request that is not in the queue; O(1) for the newest, O(log count + moved) otherwise.
    mutating func insert(_ request: RequestID, arrival: UInt64) {
        entries.insert((arrival, request), at: position(of: arrival))
    }

    /// Removes a request, if it is in the queue.
    mutating func remove(arrival: UInt64) {
        let position = position(of: arrival)
        guard position < entries.count, entries[position].arrival == arrival else { return }
        entries.remove(at: position)
    }

    /// Where `arrival` is, or belongs.
    private func position(of arrival: UInt64) -> Int {
        var (low, high) = (0, entries.count)
        while low < high {
            let middle = (low + high) / 2
            if entries[middle].arrival < arrival { low = middle + 1 } else { high = middle }
        }
        return low
    }
}
