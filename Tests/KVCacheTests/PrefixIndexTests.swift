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

    @Test("beyond the limit the hash goes that came first of those that were not used since")
    func eviction() {
        var index = PrefixIndex(hashLimit: 4)
        for number in 0..<4 { index.insert(Self.hash(number), worker: 1) }
        #expect(Self.held(&index, 0..<2) == [1: 2])
        index.insert(Self.hash(10), worker: 1)
        #expect(index.hashCount == 4)
        #expect(Self.held(&index, [2]).isEmpty, "2 came before 3, and was not looked up")
        #expect(Self.held(&index, 0..<2) == [1: 2])
        index.insert(Self.hash(3), worker: 2)
        index.insert(Self.hash(11), worker: 1)
        #expect(Self.held(&index, [3]) == [1: 1, 2: 1], "inserting for another worker is use")
        #expect(Self.held(&index, [10]).isEmpty)
    }

    @Test("prompts go one after another, and what is looked up again and again stays")
    func evictionOfPrompts() {
        let (length, limit) = (50, 1_000)
        var index = PrefixIndex(hashLimit: limit)
        func prompt(_ number: Int) -> Range<Int> { number * length..<(number + 1) * length }
        for number in 0..<200 {
            for block in prompt(number) { index.insert(Self.hash(block), worker: number % 7) }
            #expect(Self.held(&index, prompt(0)) == [0: length], "after prompt \(number)")
            #expect(index.hashCount <= limit)
        }
        // At most one prompt has lost its beginning only, and one its end.
        let whole = (1..<200).filter { Self.held(&index, prompt($0)) == [$0 % 7: length] }
        #expect(whole.count >= limit / length - 3)
    }

    @Test("many holders of a block, and what they do, are told apart")
    func manyHolders() {
        var index = PrefixIndex(hashLimit: 100)
        for worker in stride(from: 0, to: 900, by: 3) {
            for number in 0..<20 { index.insert(Self.hash(number), worker: worker) }
        }
        #expect(Self.held(&index, 0..<20).count == 300)
        for worker in stride(from: 6, to: 900, by: 3) { index.removeAll(worker: worker) }
        index.remove(Self.hash(4), worker: 3)
        #expect(Self.held(&index, 0..<20) == [0: 20, 3: 4])
        index.removeAll(worker: 0)
        index.removeAll(worker: 3)
        #expect(index.hashCount == 0)
    }

    @Test("answers equal those of plain sets", arguments: 1...8 as ClosedRange<UInt64>)
    func againstSets(seed: UInt64) {
        var random = TestRandom(seed: seed)
        // Few workers make sets that come and go, many make wide ones.
        let workerLimit = 1 + random.below(seed.isMultiple(of: 2) ? 8 : 200)
        var index = PrefixIndex(hashLimit: 66)
        var sets: [Int: Set<Int>] = [:]
        func insert(_ number: Int, _ worker: Int) {
            index.insert(Self.hash(number), worker: worker)
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
                sets[worker] = Set(number..<number + 3)
                index.replace(worker: worker, hashes: Self.hashes(number..<number + 3))
            default:
                let query = (0..<6).map { number + $0 }
                var expected: [Int: Int] = [:]
                for (worker, set) in sets {
                    let blocks = query.prefix { set.contains($0) }.count
                    if blocks > 0 { expected[worker] = blocks }
                }
                #expect(Self.held(&index, query) == expected, "seed \(seed)")
            }
            let known = sets.values.reduce(into: Set()) { $0.formUnion($1) }
            #expect(index.hashCount == known.count, "seed \(seed)")
        }
    }
}
