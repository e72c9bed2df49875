/// Events by time, then by insertion.
struct PathEventQueue {
    enum Event {
        case served(link: Int, flow: Int, bytes: Int)
        case landed(flow: Int, bytes: Int, endsBurst: Bool)
        case acknowledge(flow: Int)
        case acknowledged(flow: Int, bytes: Int)
        case windowOpened(flow: Int, bytes: Int)
        case offered(flow: Int, bytes: Int)
        case reported(sender: Int)
    }

    private var heap: [(time: Int64, sequence: Int, event: Event)] = []
    private var count = 0

    var nextTime: Int64? { heap.first?.time }

    mutating func add(_ event: Event, at time: Int64) {
        count += 1
        heap.append((time, count, event))
        var child = heap.count - 1
        while child > 0, isBefore(child, (child - 1) / 2) {
            heap.swapAt(child, (child - 1) / 2)
            child = (child - 1) / 2
        }
    }

    mutating func pop() -> (time: Int64, event: Event)? {
        guard let top = heap.first, let last = heap.popLast() else { return nil }
        guard !heap.isEmpty else { return (top.time, top.event) }
        heap[0] = last
        var parent = 0
        while true {
            var least = parent
            for child in [2 * parent + 1, 2 * parent + 2] where child < heap.count && isBefore(child, least) {
                least = child
            }
            guard least != parent else { return (top.time, top.event) }
            heap.swapAt(parent, least)
            parent = least
        }
    }

    private func isBefore(_ left: Int, _ right: Int) -> Bool {
        (heap[left].time, heap[left].sequence) < (heap[right].time, heap[right].sequence)
    }
}
