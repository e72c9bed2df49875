import ServingTypes
import Testing

@testable import ServingCore

@Suite struct PoolControllerTests {
    static func settings(_ change: (inout PoolSettings) -> Void = { _ in }) -> PoolSettings {
        var settings = PoolSettings()
        settings.mode = .on
        change(&settings)
        return settings
    }

    static func balance(prefill: Int, decode: Int, rate: Double = 9) -> PoolBalance {
        PoolBalance(
            site: "",
            workers: PoolBalanceTests.workers(prefill: prefill, decode: decode),
            demand: PoolBalanceTests.demand { ($0.decoded, $0.prefilled) = (rate, rate) }
        )
    }

    /// Steps once a second; returns the changes with the second in which each came.
    static func run(
        _ controller: inout PoolController,
        seconds: ClosedRange<Int>,
        _ balances: (Int) -> [PoolBalance]
    ) -> [(second: Int, change: PoolAdvice)] {
        seconds.compactMap { second in
            controller.step(balances(second), now: .zero + .seconds(second)).map { (second, $0) }
        }
    }

    @Test func `a change is ordered once it has been called for, and no other while it is carried out`() {
        var controller = PoolController(settings: Self.settings())
        let changes = Self.run(&controller, seconds: 0...300) { _ in [Self.balance(prefill: 1, decode: 5)] }
        #expect(changes.map(\.second) == [15] && changes.first?.change.role == .prefill)
        #expect(controller.verdict == .changing(WorkerID(rawValue: "d0"), .prefill))
    }

    @Test(arguments: [
        ("off the load nothing is changed", 1, 5, 2.0, "used to 20 %"),
        ("a balanced cluster stays as it is", 2, 2, 18.0, "gains"),
        ("the last worker of a role stays", 1, 1, 20.0, "no worker may change"),
    ])
    func nothingChanges(requirement: String, prefill: Int, decode: Int, rate: Double, verdict: String) {
        var controller = PoolController(settings: Self.settings())
        let changes = Self.run(&controller, seconds: 0...900) { _ in
            [Self.balance(prefill: prefill, decode: decode, rate: rate)]
        }
        #expect(changes.isEmpty, "\(requirement)")
        #expect(controller.verdict.description.contains(verdict), "\(controller.verdict)")
    }

    @Test func `a call that comes and goes changes nothing`() {
        var controller = PoolController(settings: Self.settings())
        let changes = Self.run(&controller, seconds: 0...600) { second in
            [Self.balance(prefill: 1, decode: 5, rate: second % 20 < 10 ? 9 : 1)]
        }
        #expect(changes.isEmpty)
    }

    @Test func `advice is given and not followed`() {
        var controller = PoolController(settings: Self.settings { $0.mode = .advise })
        let changes = Self.run(&controller, seconds: 0...60) { _ in [Self.balance(prefill: 1, decode: 5)] }
        #expect(changes.isEmpty && controller.verdict == .advised)
        #expect(controller.advice?.role == .prefill && (controller.advice?.gain ?? 0) > 0.9)
    }

    @Test func `a worker that refuses is left alone, and another one asked after the cool-down`() {
        var controller = PoolController(settings: Self.settings())
        var orders: [(Int, String)] = []
        for second in 0...200 {
            let now = Timestamp.zero + .seconds(second)
            guard let change = controller.step([Self.balance(prefill: 1, decode: 5)], now: now) else {
                continue
            }
            orders.append((second, change.worker.rawValue))
            controller.refused(change.worker, now: now)
        }
        #expect(orders.map(\.1) == ["d0", "d1", "d2", "d3"])
        #expect(zip(orders, orders.dropFirst()).allSatisfy { $1.0 - $0.0 >= 60 })
    }

    @Test func `a worker keeps a new role for its dwell`() {
        var controller = PoolController(settings: Self.settings { $0.leastPrefill = 1 })
        var workers = PoolBalanceTests.workers(prefill: 1, decode: 3)
        for index in workers.indices { workers[index].roleSince = .zero }
        let balance = PoolBalance(
            site: "",
            workers: workers,
            demand: PoolBalanceTests.demand { $0.decoded = 9 }
        )
        let changes = Self.run(&controller, seconds: 1...400) { _ in [balance] }
        #expect(changes.map(\.second) == [315], "300 s of dwell, then 15 s of settling")
    }

    /// The loop is closed: orders are carried out after a while, and the load changes in steps.
    @Test(arguments: UInt64(0)..<60)
    func `roles settle near the best division and then stay`(seed: UInt64) {
        var random = SplitMix64(seed: seed)
        let total = random.int(in: 3...12)
        var workers = PoolBalanceTests.workers(prefill: 0, decode: total)
        for index in 0..<random.int(in: 1...total - 1) { workers[index].role = .prefill }
        let prompt = random.int(in: 50...4_000)
        let demand = PoolBalanceTests.demand { demand in
            demand.prefill = PromptMix(newTokens: prompt, contextTokens: prompt)
            (demand.decoded, demand.prefilled) = (1e4, 1e4)
        }
        var controller = PoolController(settings: Self.settings())
        var due: (at: Int, change: PoolAdvice)?
        var lastChange = 0
        for second in 0...12_000 {
            if let order = due, order.at <= second {
                let index = workers.firstIndex { $0.id == order.change.worker } ?? 0
                workers[index].role = order.change.role
                workers[index].roleSince = .zero + .seconds(second)
                (due, lastChange) = (nil, second)
            }
            let balance = PoolBalance(site: "", workers: workers, demand: demand)
            let isShuffled = second.isMultiple(of: 2)
            let seen =
                isShuffled ? PoolBalance(site: "", workers: workers.reversed(), demand: demand) : balance
            guard let change = controller.step([seen], now: .zero + .seconds(second)) else { continue }
            #expect(due == nil, "seed \(seed): one worker at a time")
            due = (second + random.int(in: 0...90), change)
        }
        let prefill = workers.count { $0.role == .prefill }
        #expect(prefill >= 1 && prefill < total, "seed \(seed)")
        let reached = PoolBalance(site: "", workers: workers, demand: demand).throughput
        let best =
            (1..<total).map { count in
                PoolBalance(
                    site: "",
                    workers: PoolBalanceTests.workers(prefill: count, decode: total - count),
                    demand: demand
                ).throughput
            }.max() ?? 0
        #expect(reached * 1.16 >= best, "seed \(seed): \(reached) of \(best)")
        #expect(lastChange < 6_000, "seed \(seed): the last change came after \(lastChange) s")
        #expect(controller.changes <= total, "seed \(seed): \(controller.changes) changes")
    }
}
