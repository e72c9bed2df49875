import KVCache
import ServingTypes
import Testing

@Suite struct PrefixIndexTests {
    static func hash(_ number: Int) -> BlockHash {
        BlockHash(rawValue: Bytes128(high: UInt64(number), low: 0))
    }

    static func hashes(_ numbers: some Collection<Int>) -> [BlockHash] { numbers.map { hash($0) } }

    static func held(_ index: inout PrefixIndex, _ numbers: some Collection<Int>) -> [Int: Int] {
        let held = index.heldBlocks(of: hashes(numbers))
        #expect(held.map(\.worker) == held.map(\.worker).sorted())
        return Dictionary(uniqueKeysWithValues: held.map { ($0.worker, $0.blocks) })
    }

    @Test("only leading blocks count, worker by worker")
    func leadingBlocks() {
        var index = PrefixIndex(hashLimit: 100)
        index.replace(worker: 0, hashes: Self.hashes(0..<4))
        index.replace(worker: 70, hashes: Self.hashes(0..<6))
        index.replace(worker: 3, hashes: Self.hashes(1..<9))
        index.insert(Self.hash(0), worker: 200)
        index.insert(Self.hash(2), worker: 200)
        #expect(Self.held(&index, 0..<8) == [0: 4, 70: 6, 200: 1])
        #expect(Self.held(&index, 1..<8) == [0: 3, 3: 7, 70: 5])
        #expect(Self.held(&index, [50, 0]).isEmpty)
        #expect(Self.held(&index, []).isEmpty)
        index.remove(Self.hash(1), worker: 70)
        index.removeAll(worker: 0)
        index.remove(Self.hash(0), worker: 1_000)
        #expect(Self.held(&index, 0..<8) == [70: 1, 200: 1])
        index.replace(worker: 70, hashes: Self.hashes(5..<6))
        #expect(Self.held(&index, 5..<6) == [3: 1, 70: 1])
    }

    @Test("beyond the limit the least recently used hash goes, the end of a used prefix before its start")
    func eviction() {
        var index = PrefixIndex(hashLimit: 4)
        for number in 0..<4 { index.insert(Self.hash(number), worker: 1) }
        #expect(Self.held(&index, 0..<3) == [1: 3])
        index.insert(Self.hash(10), worker: 1)
        #expect(Self.held(&index, [3]).isEmpty, "3 was not used since")
        index.insert(Self.hash(11), worker: 1)
        #expect(index.hashCount == 4)
        #expect(Self.held(&index, 0..<3) == [1: 2], "the end of the prefix went first")
        index.insert(Self.hash(10), worker: 2)
        index.insert(Self.hash(12), worker: 1)
        #expect(Self.held(&index, [11]).isEmpty, "inserting for another worker is use")
        #expect(Self.held(&index, [10]) == [1: 1, 2: 1])
    }

    @Test("answers equal those of plain sets", arguments: 1...6 as ClosedRange<UInt64>)
    func againstSets(seed: UInt64) {
        var random = TestRandom(seed: seed)
        let (workerLimit, hashLimit) = (1 + random.below(200), 48)
        var index = PrefixIndex(hashLimit: hashLimit)
        var sets: [Int: Set<Int>] = [:]
        /// Hashes from least to most recently used.
        var order: [Int] = []
        func use(_ number: Int) {
            order.removeAll { $0 == number }
            order.append(number)
        }
        func insert(_ number: Int, _ worker: Int) {
            index.insert(Self.hash(number), worker: worker)
            if !order.contains(number), order.count == hashLimit {
                let forgotten = order.removeFirst()
                for worker in sets.keys { sets[worker]?.remove(forgotten) }
            }
            use(number)
            sets[worker, default: []].insert(number)
        }
        for _ in 0..<3_000 {
            let (worker, number) = (random.below(workerLimit), random.below(64))
            switch random.below(20) {
            case 0...11: insert(number, worker)
            case 12...14:
                index.remove(Self.hash(number), worker: worker)
                sets[worker]?.remove(number)
            case 15:
                index.removeAll(worker: worker)
                sets[worker] = []
            case 16:
                sets[worker] = []
                order.removeAll { number in !sets.values.contains { $0.contains(number) } }
                index.replace(worker: worker, hashes: [])
                for other in number..<number + 3 { insert(other, worker) }
            default:
                let query = (0..<6).map { number + $0 }
                var expected: [Int: Int] = [:]
                for (worker, set) in sets {
                    let blocks = query.prefix { set.contains($0) }.count
                    if blocks > 0 { expected[worker] = blocks }
                }
                #expect(Self.held(&index, query) == expected, "seed \(seed)")
                for used in query.prefix(expected.values.max() ?? 0).reversed() { use(used) }
            }
            order.removeAll { number in !sets.values.contains { $0.contains(number) } }
            #expect(index.hashCount == order.count, "seed \(seed)")
        }
    }
}
