internal import ServingTypes

/// Deadlines in order of time, then of insertion; each fires once or is cancelled.
struct TimerHeap<Action> {
    private struct Entry {
        let deadline: Timestamp
        let sequence: UInt64
        let id: UInt64

        static func < (left: Entry, right: Entry) -> Bool {
            (left.deadline, left.sequence) < (right.deadline, right.sequence)
        }
    }

    private var entries: [Entry] = []
    private var actions: [UInt64: Action] = [:]
    private var sequence: UInt64 = 0

    /// The earliest deadline.
    ///
    /// - Complexity: O(log timers), amortized: cancelled entries are dropped here.
    mutating func nextDeadline() -> Timestamp? {
        while let first = entries.first {
            if actions[first.id] != nil { return first.deadline }
            removeFirst()
        }
        return nil
    }

    /// Adds an action under a number that is not in use.
    mutating func add(id: UInt64, deadline: Timestamp, _ action: Action) {
        precondition(actions.updateValue(action, forKey: id) == nil, "timer \(id) exists")
        sequence += 1
        entries.append(Entry(deadline: deadline, sequence: sequence, id: id))
        siftUp(from: entries.count - 1)
    }

    /// Forgets an action; one that has fired or is unknown is ignored.
    mutating func cancel(id: UInt64) {
        actions[id] = nil
        // Without this, cancelling far deadlines again and again would grow the heap without limit.
        if entries.count > 64, entries.count > 2 * actions.count { compact() }
    }

    /// Removes and returns the earliest action whose deadline has come.
    mutating func popDue(now: Timestamp) -> Action? {
        guard let deadline = nextDeadline(), deadline <= now else { return nil }
        let id = entries[0].id
        removeFirst()
        return actions.removeValue(forKey: id)
    }

    private mutating func compact() {
        // A sorted array is a heap.
        entries = entries.filter { actions[$0.id] != nil }.sorted(by: <)
    }

    private mutating func removeFirst() {
        entries.swapAt(0, entries.count - 1)
        entries.removeLast()
        var parent = 0
        while true {
            let children = [2 * parent + 1, 2 * parent + 2].filter { $0 < entries.count }
            guard let least = children.min(by: { entries[$0] < entries[$1] }),
                entries[least] < entries[parent]
            else { return }
            entries.swapAt(parent, least)
            parent = least
        }
    }

    private mutating func siftUp(from start: Int) {
        var child = start
        while child > 0, entries[child] < entries[(child - 1) / 2] {
            entries.swapAt(child, (child - 1) / 2)
            child = (child - 1) / 2
        }
    }
}
