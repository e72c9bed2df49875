import ServingTypes
import Testing

@testable import ServingCore

/// What a worker owes while it is drained, and what it drops by order.
@Suite struct WorkerDrainingTests {
    private static let fetch: KVFetch = {
        let hashes = (0..<3).map { BlockHash(rawValue: Bytes128(high: 1, low: UInt64($0))) }
        return KVFetch(
            attempt: WorkerPair.attempt(request: 70),
            grant: Grant(rawValue: Bytes128(high: 3, low: 3)),
            firstBlock: 0,
            acceptsLossy: false,
            codec: .raw,
            lease: .seconds(10),
            hashes: hashes
        )
    }()

    private static func flush(_ core: inout WorkerCore) -> CacheFlush? {
        let actions = core.handle(.flushWanted(router: WorkerPair.router), now: .zero)
        for case .cacheFlushed(_, let flush) in actions { return flush }
        return nil
    }

    private static func abort(_ actions: [WorkerAction]) -> ServingErrorCode? {
        for case .abort(_, let abort) in actions { return abort.error.code }
        return nil
    }

    @Test func `a drained worker with work still serves what others fetch, one without does not`() {
        var pair = WorkerPair()
        pair.cacheAtDecode()
        let running = WorkerPair.assignment(.whole, prompt: 5, attempt: WorkerPair.attempt(request: 60))
        pair.toDecode(.assigned(running, router: WorkerPair.router))
        pair.toDecode(.draining(true))
        pair.assignFetching()
        #expect(pair.decode.counters.servedFetches == 0 && pair.crossed.contains("fetch"))
        #expect(pair.decode.owed == (1, 1), "the running request, and the prefix that is fetched")
        while pair.chunks.contains(where: { $0.1.transfer.kind == .fetch }) { pair.landChunk() }
        #expect(pair.prefill.counters.fetchedTokens == 12 && pair.decode.owed == (1, 0))
        while pair.decodeStep() {}
        #expect(pair.decode.isIdle && pair.decode.owed == (0, 0))
        let wanted = WorkerEvent.fetchWanted(Self.fetch, from: WorkerPair.prefillAddress)
        let late = pair.decode.handle(wanted, now: pair.now)
        #expect(Self.abort(late) == .draining && pair.decode.isIdle)
        pair.toDecode(.draining(false))
        let again = pair.decode.handle(wanted, now: pair.now)
        #expect(Self.abort(again) == .cancelled, "it is asked again, and does not have these")
    }

    @Test func `a drained worker keeps no offer of a reservation that it refuses`() {
        var pair = WorkerPair()
        pair.toDecode(.draining(true))
        pair.assignBoth()
        #expect(pair.answers.contains { $0.refusal?.code == .draining })
        #expect(pair.decode.isIdle && pair.decode.owed == (0, 0))
    }

    @Test func `a flush drops what nobody holds, tells it, and disturbs no request`() {
        var pair = WorkerPair()
        pair.cacheAtDecode()
        _ = pair.decode.takeLoad(now: pair.now)
        #expect(pair.decode.blocks.cached == 3)
        // Shares two blocks of the cached prompt.
        let sharing = WorkerPair.assignment(.whole, prompt: 10, attempt: WorkerPair.attempt(request: 61))
        pair.toDecode(.assigned(sharing, router: WorkerPair.router))
        _ = pair.decodeStep()
        let first = Self.flush(&pair.decode)
        #expect(first == CacheFlush(droppedBlocks: 1, keptBlocks: 2))
        #expect(pair.decode.blocks.cached == 0 && pair.decode.checkInvariants() == nil)
        let report = pair.decode.takeLoad(now: pair.now + .seconds(1))
        #expect(report?.removedBlocks.count == 1, "routers learn of it")
        while pair.decodeStep() {}
        #expect(pair.tokens.last?.finish == .length && pair.ended.allSatisfy { $0.failure == nil })
        #expect(pair.decode.counters.hitTokens == 8)
        let rest = Self.flush(&pair.decode)
        #expect(rest?.keptBlocks == 0 && pair.decode.blocks.free == pair.decode.blocks.total)
        let nothing = Self.flush(&pair.decode)
        #expect(nothing == CacheFlush(droppedBlocks: 0, keptBlocks: 0))
    }
}
