import Collections
import ServingTypes

/// Simulated events by time, then by insertion, so that a seed replays exactly.
struct EventQueue: Sendable {
    /// What the heap moves about: the events themselves are large and stay where they are.
    private struct Key: Comparable, Sendable {
        let time: Timestamp
        let sequence: UInt64
        let slot: Int

        static func < (left: Self, right: Self) -> Bool {
            (left.time, left.sequence) < (right.time, right.sequence)
        }
    }

    private var heap = Heap<Key>()
    private var events: [SimulatedEvent?] = []
    private var freeSlots: [Int] = []
    private var sequence: UInt64 = 0

    mutating func insert(_ event: SimulatedEvent, at time: Timestamp) {
        sequence += 1
        let slot: Int
        if let free = freeSlots.popLast() {
            slot = free
            events[slot] = event
        } else {
            slot = events.count
            events.append(event)
        }
        heap.insert(Key(time: time, sequence: sequence, slot: slot))
    }

    mutating func popNext() -> (time: Timestamp, event: SimulatedEvent)? {
        guard let key = heap.popMin(), let event = events[key.slot] else { return nil }
        events[key.slot] = nil
        freeSlots.append(key.slot)
        return (key.time, event)
    }
}
