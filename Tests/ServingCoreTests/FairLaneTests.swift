import ServingTypes
import Testing

@testable import ServingCore

/// Whose turn it is within one class.
@Suite struct FairLaneTests {
    /// One request of a table: tenant, prefix hit and cost.
    struct Given {
        var tenant: UInt64
        var hit = 0
        var cost = 100
        var weight = 1
        var isShort = true
    }

    static func item(_ given: Given, arrival: UInt64) -> FairRequest {
        FairRequest(
            request: RequestID(rawValue: Bytes128(high: 0, low: arrival)),
            arrival: arrival,
            tenant: TenantTag(rawValue: given.tenant),
            weight: given.weight,
            priority: .interactive,
            enteredAt: .zero,
            isShort: given.isShort,
            root: nil,
            hitTokens: given.hit,
            cost: given.cost
        )
    }

    /// Serves everything and returns the arrivals in order.
    static func order(_ given: [Given], quantum: Int) -> [UInt64] {
        var lane = FairLane(FairTurnSize(quantum: quantum, locality: max(1, quantum / 16)))
        var items: [RequestID: FairRequest] = [:]
        for (index, given) in given.enumerated() {
            let item = item(given, arrival: UInt64(index))
            items[item.request] = item
            lane.insert(item)
        }
        var order: [UInt64] = []
        while let request = lane.next(allowsLong: true, allowsShort: true), let item = items[request] {
            lane.remove(item, isServed: true)
            lane.charge(item.tenant, weight: item.weight, item.cost)
            order.append(item.arrival)
        }
        #expect(lane.count == 0 && lane.cost == 0)
        return order
    }

    @Test(
        arguments: [
            (
                "one tenant is served by arrival", [Given(tenant: 1), Given(tenant: 1), Given(tenant: 1)],
                [0, 1, 2]
            ),
            (
                "longer hits go first, ties by arrival",
                [
                    Given(tenant: 1), Given(tenant: 1, hit: 5), Given(tenant: 1, hit: 9),
                    Given(tenant: 1, hit: 5),
                ],
                [2, 1, 3, 0]
            ),
            (
                "who has had its turn waits, whatever its hits",
                [Given(tenant: 1, hit: 9), Given(tenant: 1, hit: 9), Given(tenant: 2), Given(tenant: 2)],
                [0, 2, 1, 3]
            ),
            (
                "twice the weight, twice the turns",
                (0..<6).map { _ in Given(tenant: 1, weight: 2) } + (0..<3).map { _ in Given(tenant: 2) },
                [0, 6, 1, 2, 7, 3, 4, 8, 5]
            ),
            (
                "what is free is served without end",
                [Given(tenant: 2), Given(tenant: 1, hit: 1, cost: 0), Given(tenant: 1, hit: 1, cost: 0)],
                [1, 2, 0]
            ),
            (
                "who was served far beyond its turn waits for several",
                [Given(tenant: 1, cost: 350), Given(tenant: 1)] + (0..<5).map { _ in Given(tenant: 2) },
                [0, 2, 3, 4, 5, 1, 6]
            ),
        ] as [(String, [Given], [UInt64])]
    )
    func `the order of service`(requirement: String, given: [Given], expected: [UInt64]) {
        #expect(Self.order(given, quantum: 100) == expected, "\(requirement)")
    }

    @Test func `long prompts that must wait let short ones pass`() {
        var lane = FairLane(FairTurnSize(quantum: 100, locality: 10))
        lane.insert(Self.item(Given(tenant: 1, isShort: false), arrival: 0))
        lane.insert(Self.item(Given(tenant: 2, isShort: false), arrival: 1))
        lane.insert(Self.item(Given(tenant: 1), arrival: 2))
        #expect(lane.next(allowsLong: true, allowsShort: true)?.rawValue.low == 0)
        #expect(lane.next(allowsLong: false, allowsShort: true)?.rawValue.low == 2)
        #expect(lane.next(allowsLong: false, allowsShort: false) == nil)
    }

    @Test func `the newest of the longest queue goes when too many wait`() {
        var lane = FairLane(FairTurnSize(quantum: 100, locality: 10))
        for arrival in 0..<4 { lane.insert(Self.item(Given(tenant: 1, weight: 4), arrival: UInt64(arrival))) }
        for arrival in 4..<6 { lane.insert(Self.item(Given(tenant: 2), arrival: UInt64(arrival))) }
        #expect(lane.victim?.rawValue.low == 5, "two of weight 1 are more than four of weight 4")
    }

    @Test(arguments: [UInt64(1), 2, 3, 4])
    func `tenants that wait stay within a quantum and two requests of each other`(seed: UInt64) {
        var random = SplitMix64(seed: seed)
        let (quantum, maxCost) = (random.int(in: 1...2_000), 1_000)
        let weights = (0..<5).map { _ in random.int(in: 1...4) }
        var lane = FairLane(FairTurnSize(quantum: quantum, locality: max(1, quantum / 16)))
        var items: [RequestID: FairRequest] = [:]
        var served = [Int](repeating: 0, count: weights.count)
        var arrival: UInt64 = 0
        func refill(_ tenant: Int) {
            arrival += 1
            let given = Given(
                tenant: UInt64(tenant),
                hit: random.int(in: 0...3) * 64,
                cost: random.int(in: 0...maxCost),
                weight: weights[tenant],
                isShort: random.int(in: 0...1) == 0
            )
            let item = Self.item(given, arrival: arrival)
            items[item.request] = item
            lane.insert(item)
        }
        for tenant in weights.indices { for _ in 0..<(tenant + 1) * 8 { refill(tenant) } }
        for step in 0..<5_000 {
            guard let request = lane.next(allowsLong: true, allowsShort: true),
                let item = items.removeValue(forKey: request)
            else {
                Issue.record("seed \(seed), step \(step): something waits and nothing is served")
                return
            }
            lane.remove(item, isServed: true)
            lane.charge(item.tenant, weight: item.weight, item.cost)
            let tenant = Int(item.tenant.rawValue)
            served[tenant] += item.cost
            refill(tenant)
            for (left, right) in [(0, 4), (1, 3), (2, 4), (tenant, 0)] {
                let lag = abs(served[left] * weights[right] - served[right] * weights[left])
                let bound = (2 * quantum + 2 * maxCost) * weights[left] * weights[right]
                #expect(lag <= bound, "seed \(seed), step \(step): \(lag) > \(bound)")
            }
        }
    }

    @Test(arguments: [UInt64(5), 6])
    func `sorted keys are a sorted set`(seed: UInt64) {
        var random = SplitMix64(seed: seed)
        var keys = SortedKeys<Int>()
        var model: Set<Int> = []
        for step in 0..<20_000 {
            let key = random.int(in: 0...4_000)
            if model.insert(key).inserted {
                keys.insert(key)
            } else {
                model.remove(key)
                keys.remove(key)
            }
            guard step.isMultiple(of: 500) else { continue }
            #expect(keys.prefix(.max) == model.sorted(), "seed \(seed), step \(step)")
            #expect(keys.count == model.count && keys.first == model.min() && keys.last == model.max())
        }
    }
}
