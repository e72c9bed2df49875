/// A binary heap of words, smallest first.
struct MergeQueue {
    private var heap: [UInt64] = []

    mutating func removeAll() { heap.removeAll(keepingCapacity: true) }

    mutating func push(_ word: UInt64) {
        var index = heap.count
        heap.append(word)
        while index > 0 {
            let parent = (index - 1) / 2
            guard heap[parent] > word else { break }
            heap[index] = heap[parent]
            index = parent
        }
        heap[index] = word
    }

    mutating func pop() -> UInt64? {
        guard let last = heap.popLast() else { return nil }
        guard let smallest = heap.first else { return last }
        var index = 0
        while true {
            var child = 2 * index + 1
            guard child < heap.count else { break }
            if child + 1 < heap.count, heap[child + 1] < heap[child] { child += 1 }
            guard heap[child] < last else { break }
            heap[index] = heap[child]
            index = child
        }
        heap[index] = last
        return smallest
    }
}
