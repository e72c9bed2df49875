import ServingTypes
import Testing

@testable import ServingCore

/// What a division of workers sustains: each row's name is a requirement.
@Suite struct PoolBalanceTests {
    /// Prompts of 1,000 tokens, answers of 100: a prefill takes 100 ms, an answer 1 s at full batch of 10.
    static func demand(_ change: (inout PoolDemand) -> Void = { _ in }) -> PoolDemand {
        var demand = PoolDemand()
        (demand.decoded, demand.prefilled, demand.offloaded) = (8, 8, 1)
        demand.prefill = PromptMix(newTokens: 1_000, contextTokens: 1_000)
        demand.local = demand.prefill
        (demand.contextTokens, demand.outputTokens) = (1_000, 100)
        change(&demand)
        return demand
    }

    static func worker(
        _ name: String,
        _ role: WorkerRole? = nil,
        _ change: (inout PoolWorker) -> Void = { _ in }
    ) -> PoolWorker {
        var cost = CostCoefficients()
        (cost.b, cost.e) = (1e-4, 0.01)
        var worker = PoolWorker(
            id: WorkerID(rawValue: name),
            role: role ?? (name.hasPrefix("p") ? .prefill : .decode),
            cost: cost,
            maxRunning: 10,
            poolTokens: 1 << 20
        )
        change(&worker)
        return worker
    }

    static func workers(prefill: Int, decode: Int) -> [PoolWorker] {
        (0..<prefill).map { worker("p\($0)") } + (0..<decode).map { worker("d\($0)") }
    }

    struct Row: Sendable, CustomTestStringConvertible {
        let testDescription: String
        var workers: [PoolWorker]
        var demand = PoolBalanceTests.demand()
        let throughput: Double
    }

    @Test(arguments: [
        Row(testDescription: "prefill limits", workers: workers(prefill: 1, decode: 2), throughput: 10),
        Row(testDescription: "decode limits", workers: workers(prefill: 3, decode: 1), throughput: 10),
        Row(
            testDescription:
                "half of the prompts offloaded doubles what prefill sustains, and decode computes the rest",
            workers: workers(prefill: 1, decode: 8),
            demand: demand { $0.offloaded = 0.5 },
            throughput: 20
        ),
        Row(
            testDescription: "local prefill takes its time from decode",
            workers: workers(prefill: 0, decode: 2),
            demand: demand { $0.offloaded = 0 },
            throughput: 10
        ),
        Row(
            testDescription: "what another site prefills adds to a site's own",
            workers: workers(prefill: 1, decode: 2),
            demand: demand { $0.imported = 5 },
            throughput: 15
        ),
        Row(
            testDescription: "what goes to another site is gone",
            workers: workers(prefill: 1, decode: 2),
            demand: demand { $0.exported = 4 },
            throughput: 6
        ),
        Row(
            testDescription: "a small pool decodes small batches",
            workers: workers(prefill: 3, decode: 0) + [worker("d0") { $0.poolTokens = 5_500 }],
            throughput: 5
        ),
        Row(
            testDescription: "a draining worker counts for nothing",
            workers: [worker("p0"), worker("p1") { $0.isDraining = true }, worker("d0"), worker("d1")],
            throughput: 10
        ),
    ])
    func throughput(row: Row) {
        let balance = PoolBalance(site: "", workers: row.workers, demand: row.demand)
        #expect(abs(balance.throughput - row.throughput) < 1e-6, "\(balance.throughput)")
    }

    @Test func `the gain is what the sum of all workers says after the change`() {
        let balance = PoolBalance(
            site: "",
            workers: Self.workers(prefill: 1, decode: 5),
            demand: Self.demand()
        )
        let gain = balance.gain(of: Self.worker("d0"))
        let after = PoolBalance(site: "", workers: Self.workers(prefill: 2, decode: 4), demand: Self.demand())
        #expect(abs(gain - (after.throughput / balance.throughput - 1)) < 1e-9 && gain > 0.9)
        #expect(balance.gain(of: Self.worker("p0")) < 0)
    }

    @Test func `of enough gain the worker that loses least is chosen, and nobody else in doubt`() {
        var workers = Self.workers(prefill: 1, decode: 4)
        for index in workers.indices { workers[index].sequences = 5 }
        (workers[2].sequences, workers[3].sequences) = (2, 2)
        (workers[2].cachedBlocks, workers[3].cachedBlocks) = (70, 60)
        func chosen(_ workers: [PoolWorker], _ settings: PoolSettings = PoolSettings()) -> String? {
            PoolBalance(site: "", workers: workers, demand: Self.demand())
                .bestChange(settings) { _ in true }?.worker.rawValue
        }
        #expect(chosen(workers) == "d2" && chosen(workers.reversed()) == "d2")
        workers[3].permitted = [.decode]
        #expect(chosen(workers) == "d1")
        var settings = PoolSettings()
        settings.leastDecode = 4
        #expect(chosen(workers, settings) == nil)
        #expect(chosen(Self.workers(prefill: 0, decode: 4)) == nil, "a site of one role is not balanced")
    }
}
