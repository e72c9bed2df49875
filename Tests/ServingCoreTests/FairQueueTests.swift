import ServingTypes
import Testing

@testable import ServingCore

/// Whose turn it is among classes.
@Suite struct FairQueueTests {
    private static func item(
        _ arrival: UInt64,
        _ priority: RequestPriority,
        at enteredAt: Timestamp = .zero
    ) -> FairRequest {
        FairRequest(
            request: RequestID(rawValue: Bytes128(high: 0, low: arrival)),
            arrival: arrival,
            tenant: TenantTag(rawValue: arrival % 3),
            weight: 1,
            priority: priority,
            enteredAt: enteredAt,
            isShort: true,
            root: nil,
            hitTokens: 0,
            cost: 10
        )
    }

    private static func serve(_ queue: inout FairQueue, now: Timestamp) -> UInt64? {
        guard let turn = queue.next(now: now, allowsLong: true, allowsShort: true) else { return nil }
        queue.serve(turn, cost: 10)
        return turn.request.rawValue.low
    }

    @Test func `classes have strict priority`() {
        var queue = FairQueue(settings: FairnessSettings())
        for (arrival, priority) in [RequestPriority.bestEffort, .batch, .interactive, .batch].enumerated() {
            queue.insert(Self.item(UInt64(arrival), priority))
        }
        #expect((0..<5).map { _ in Self.serve(&queue, now: .zero) } == [2, 1, 3, 0, nil])
    }

    @Test(arguments: [RequestPriority.batch, .bestEffort])
    func `a class that has waited long gets its share while others come without end`(
        _ priority: RequestPriority
    ) {
        var settings = FairnessSettings()
        settings.aging = .seconds(1)
        settings.agedPerMille = 100
        settings.quantum = 50
        var queue = FairQueue(settings: settings)
        for arrival in 0..<20 { queue.insert(Self.item(UInt64(arrival), priority)) }
        var now = Timestamp.zero
        var lower: [Int] = []
        for step in 0..<400 {
            queue.insert(Self.item(UInt64(1_000 + step), .interactive, at: now))
            guard let served = Self.serve(&queue, now: now) else { break }
            if served < 1_000 { lower.append(step) }
            now = now + .milliseconds(10)
        }
        #expect(lower.first.map { (100...101).contains($0) } == true, "nothing before it has aged: \(lower)")
        #expect(lower.count == 20, "a tenth of the turns after that, and what was left of the share before")
        let gaps = zip(lower, lower.dropFirst()).map { $1 - $0 }
        #expect(gaps.max().map { $0 <= 11 } == true, "no longer pause than the share says: \(gaps)")
    }

    @Test func `what was set aside comes back in its place`() {
        var queue = FairQueue(settings: FairnessSettings())
        for arrival in 0..<3 { queue.insert(Self.item(UInt64(arrival * 3), .interactive)) }
        guard let first = queue.next(now: .zero, allowsLong: true, allowsShort: true) else { return }
        queue.setAside(first.request)
        #expect(queue.count == 3 && queue.count(of: .interactive) == 3)
        #expect(queue.next(now: .zero, allowsLong: true, allowsShort: true)?.request.rawValue.low == 3)
        queue.update(first.request, hitTokens: 0)
        queue.update(RequestID(rawValue: Bytes128(high: 0, low: 6)), hitTokens: 32)
        queue.update(first.request, hitTokens: 64)
        queue.endOccasion()
        #expect((0..<4).map { _ in Self.serve(&queue, now: .zero) } == [0, 6, 3, nil])
    }

    @Test(arguments: [UInt64(11), 12, 13])
    func `a queue serves everything once and the same way each time`(seed: UInt64) {
        func run() -> [UInt64] {
            var random = SplitMix64(seed: seed)
            var queue = FairQueue(settings: FairnessSettings())
            var (served, waiting): ([UInt64], [UInt64]) = ([], [])
            for arrival in 0..<3_000 as Range<UInt64> {
                let priority = RequestPriority.allCases[random.int(in: 0...2)]
                let now = Timestamp(nanoseconds: Int64(arrival) * 20_000_000)
                queue.insert(Self.item(arrival, priority, at: now))
                waiting.append(arrival)
                switch random.int(in: 0...3) {
                case 0:
                    let index = random.int(in: 0...waiting.count - 1)
                    let request = RequestID(rawValue: Bytes128(high: 0, low: waiting[index]))
                    queue.update(request, hitTokens: random.int(in: 0...500))
                case 1:
                    let gone = waiting.remove(at: random.int(in: 0...waiting.count - 1))
                    queue.remove(RequestID(rawValue: Bytes128(high: 0, low: gone)))
                default:
                    guard let next = Self.serve(&queue, now: now) else { continue }
                    served.append(next)
                    waiting.removeAll { $0 == next }
                }
                #expect(queue.count == waiting.count, "seed \(seed), \(arrival)")
            }
            while let next = Self.serve(&queue, now: .zero) { served.append(next) }
            #expect(queue.isEmpty && Set(served).count == served.count, "seed \(seed)")
            return served
        }
        #expect(run() == run())
    }
}
