/// Who holds an entry's block.
extension PrefixIndex {
    func holds(_ entry: Int, _ worker: Int) -> Bool {
        let holders = entries[entry].holders
        guard let set = holders.set else { return holders.containsInline(worker) }
        return sets[word(set, worker)] & bit(worker) != 0
    }

    /// All of them, in no order.
    func holders(of entry: Int) -> [Int] {
        var workers: [Int] = []
        let holders = entries[entry].holders
        guard let set = holders.set else {
            holders.forEachInline { workers.append($0) }
            return workers
        }
        for index in 0..<wordCount {
            var rest = sets[Int(set) * wordCount + index]
            while rest != 0 {
                workers.append(index * 64 + rest.trailingZeroBitCount)
                rest &= rest - 1
            }
        }
        return workers
    }

    /// Adds one that does not hold it yet.
    mutating func addHolder(_ worker: Int, to entry: Int) {
        if entries[entry].holders.set == nil {
            if entries[entry].holders.insertInline(worker) { return }
            let set = makeSet()
            let few = entries[entry].holders
            few.forEachInline { sets[word(set, $0)] |= bit($0) }
            entries[entry].holders = PrefixHolders(set: set)
        }
        if let set = entries[entry].holders.set { sets[word(set, worker)] |= bit(worker) }
    }

    /// Removes one that holds it; a set of few becomes a word again.
    mutating func removeHolder(_ worker: Int, from entry: Int) {
        guard let set = entries[entry].holders.set else {
            entries[entry].holders.removeInline(worker)
            return
        }
        sets[word(set, worker)] &= ~bit(worker)
        let start = Int(set) * wordCount
        let count = sets[start..<start + wordCount].reduce(0) { $0 + $1.nonzeroBitCount }
        // One fewer than fits, so that a worker that comes and goes does not make a set each time.
        guard count < PrefixHolders.inlineLimit else { return }
        var few = PrefixHolders()
        for worker in holders(of: entry) { _ = few.insertInline(worker) }
        few.isUsed = entries[entry].holders.isUsed
        dropHolders(of: entry)
        entries[entry].holders = few
    }

    /// Gives an entry's set back, if it has one.
    mutating func dropHolders(of entry: Int) {
        guard let set = entries[entry].holders.set else { return }
        let start = Int(set) * wordCount
        for index in start..<start + wordCount { sets[index] = 0 }
        freeSets.append(set)
        entries[entry].holders = PrefixHolders()
    }

    /// Makes room for a worker's bit in every set.
    mutating func widenSets(toHold worker: Int) {
        guard worker / 64 >= wordCount else { return }
        let newWordCount = max(worker / 64 + 1, 2 * wordCount)
        var wider = Array(repeating: UInt64(0), count: sets.count / wordCount * newWordCount)
        for index in sets.indices {
            wider[index / wordCount * newWordCount + index % wordCount] = sets[index]
        }
        (sets, wordCount) = (wider, newWordCount)
    }

    private mutating func makeSet() -> UInt32 {
        if let free = freeSets.popLast() { return free }
        sets.append(contentsOf: repeatElement(0, count: wordCount))
        return UInt32(sets.count / wordCount - 1)
    }

    private func word(_ set: UInt32, _ worker: Int) -> Int { Int(set) * wordCount + worker / 64 }

    private func bit(_ worker: Int) -> UInt64 { 1 << UInt64(worker % 64) }
}
