import KVCache
import ServingTypes
import Testing

@testable import ServingCore

/// Hand-offs that are smaller or less exact than the KV they come from.
@Suite struct TransferQualityTests {
    static let budget = KVBudget(tokens: 10, sinkTokens: 2, recentTokens: 4)

    @Test func onlyTheBudgetIsReservedAndSent() throws {
        var pair = WorkerPair { $0.selectionQueryTokens = 4 }
        pair.assignBoth(prompt: 30, maxTokens: 4) { $0.budget = Self.budget }
        // 10 of 30 tokens and room for 4: 14 tokens in 4 blocks.
        #expect(pair.decode.blocks.reserved == 4)
        pair.prefillAll()
        #expect(
            pair.chunks.allSatisfy { $0.1.firstBlock + $0.1.blockCount <= 3 },
            "three blocks hold 10 tokens"
        )
        let cells = pair.chunks.reduce(0) { $0 + $1.1.cellCount }
        #expect(cells == 3 * WorkerPair.layout.layerCount)
        pair.landAll()
        let planned = pair.decode.nextStep(now: pair.now)
        let plan = try #require(planned)
        #expect(plan.entries.map(\.position) == [30] && plan.entries.map(\.droppedTokens) == [20])
        #expect(plan.entries[0].table.count == 4 && plan.entries[0].output.count == 1)
        pair.route(
            pair.decode.finishStep(plan, sampled: WorkerPair.sample(plan), now: pair.now),
            from: .decode
        )
        while pair.decodeStep() {}
        #expect(pair.tokens.last?.finish == .length && pair.owedBlocks == 0)
        // A reduced cache is no prefix of anything: the next turn finds nothing at the decode worker.
        let hits = pair.decode.counters.hitTokens
        pair.cacheAtDecode(prompt: 31)
        #expect(pair.decode.counters.hitTokens == hits)
    }

    @Test func theQueriesThatChooseComeInTheLastStep() throws {
        var pair = WorkerPair { $0.selectionQueryTokens = 6 }
        pair.assignBoth(prompt: 18, maxTokens: 2) { $0.budget = Self.budget }
        var steps: [(tokens: Int, isSelecting: Bool, queries: Int)] = []
        while let plan = pair.prefill.nextStep(now: pair.now) {
            let entry = plan.entries[0]
            steps.append((entry.tokens.count, entry.selection != nil, entry.selection?.queryTokens ?? 0))
            if entry.selection == nil {
                #expect(pair.chunks.isEmpty, "nothing is kept before the last token")
            }
            pair.route(
                pair.prefill.finishStep(plan, sampled: WorkerPair.sample(plan), now: pair.now),
                from: .prefill
            )
        }
        #expect(steps.map(\.tokens) == [8, 4, 6] && steps.map(\.isSelecting) == [false, false, true])
        #expect(steps.last?.queries == 6)
    }

    @Test(arguments: [
        ("a prompt as long as its budget is handed off whole", 10, 3),
        ("a longer one is reduced", 11, 3),
        ("a shorter one as well", 7, 2),
    ])
    func budgetsApplyToLongerPromptsOnly(requirement: String, prompt: Int, blocks: Int) {
        var pair = WorkerPair { $0.selectionQueryTokens = 2 }
        pair.assignBoth(prompt: prompt, maxTokens: 3) { $0.budget = Self.budget }
        pair.prefillAll()
        #expect(pair.chunks.map { $0.1.firstBlock + $0.1.blockCount }.max() == blocks, "\(requirement)")
        pair.landAll()
        let plan = pair.decode.nextStep(now: pair.now)
        #expect(plan?.entries.map(\.droppedTokens) == [max(0, prompt - 10)], "\(requirement)")
        #expect(plan?.entries.map(\.position) == [prompt], "\(requirement)")
    }

    @Test func aBudgetWithoutRoomIsRefused() {
        var pair = WorkerPair()
        pair.assignBoth(prompt: 30) { $0.budget = KVBudget(tokens: 6, sinkTokens: 2, recentTokens: 4) }
        #expect(pair.answers.map { $0.refusal?.code } == [.badRequest, .badRequest])
    }

    @Test func aPromptThatFitsOnlyWithoutItsSelectionIsRefused() {
        var pair = WorkerPair(blockCount: 8)
        pair.assignBoth(prompt: 24) { $0.budget = Self.budget }
        // 6 blocks for the prompt and 3 for what is kept of it.
        #expect(pair.answers.map { $0.refusal?.code } == [nil, .noCapacity])
    }

    @Test func aFetchLeavesTheQueriesToBeComputed() {
        var pair = WorkerPair { $0.selectionQueryTokens = 6 }
        pair.cacheAtDecode()
        pair.assignFetching { $0.budget = Self.budget }
        let fetched = pair.chunks.filter { $0.1.transfer.kind == .fetch }
        #expect(fetched.allSatisfy { $0.1.firstBlock + $0.1.blockCount <= 1 } && !fetched.isEmpty)
    }

    enum Way: CaseIterable { case handOff, fetch, cachedLossy }

    @Test(arguments: Way.allCases)
    func lossyKVNeverServesAnExactRequest(way: Way) {
        var pair = WorkerPair()
        let lossy: (inout Assignment) -> Void = {
            $0.codec = .q8
            $0.acceptsLossy = true
        }
        if way == .handOff || way == .cachedLossy {
            pair.assignBoth(prompt: 13, maxTokens: 2, lossy)
            pair.prefillAll()
            pair.landAll()
            while pair.decodeStep() {}
        } else {
            pair.cacheAtDecode()
            pair.assignFetching(lossy)
            pair.prefillAll()
            while pair.chunks.contains(where: { $0.1.transfer.kind == .fetch }) { pair.landChunk() }
            pair.prefillAll()
            pair.landAll()
            while pair.decodeStep() {}
        }
        // What was computed from exact KV stays exact; what came through the codec, or from it, is not found.
        switch way {
        case .handOff:
            let hits = pair.decode.counters.hitTokens
            pair.cacheAtDecode(prompt: 14, request: 70)
            #expect(pair.decode.counters.hitTokens == hits)
            pair.cacheAtDecode(prompt: 14, request: 71)
            #expect(pair.decode.counters.hitTokens == hits + 12, "exact KV took the place of the lossy one")
        case .fetch:
            let hits = pair.prefill.counters.hitTokens
            pair.assignBoth(prompt: 14, attempt: WorkerPair.attempt(request: 72))
            pair.prefillAll()
            #expect(pair.prefill.counters.hitTokens == hits)
        case .cachedLossy:
            let hits = pair.decode.counters.hitTokens
            pair.cacheAtDecode(prompt: 14, request: 73, lossy)
            #expect(pair.decode.counters.hitTokens == hits + 12, "a request that accepts it finds it")
        }
    }
}
