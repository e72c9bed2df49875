import Collections
import ServingTypes

/// When which request is to be looked at again; entries are never removed, only outlived.
struct DeadlineQueue: Sendable {
    private struct Entry: Comparable, Sendable {
        let time: Timestamp
        let arrival: UInt64
        let request: RequestID

        static func < (left: Self, right: Self) -> Bool {
            (left.time, left.arrival) < (right.time, right.arrival)
        }
    }

    private var heap = Heap<Entry>()

    /// The earliest entry; it may have been outlived.
    var next: Timestamp? { heap.min?.time }

    mutating func insert(_ request: RequestID, arrival: UInt64, at time: Timestamp) {
        heap.insert(Entry(time: time, arrival: arrival, request: request))
    }

    /// The earliest request whose entry is due, removed; ties by arrival.
    mutating func popDue(now: Timestamp) -> RequestID? {
        guard let first = heap.min, first.time <= now else { return nil }
        return heap.removeMin().request
    }
}
