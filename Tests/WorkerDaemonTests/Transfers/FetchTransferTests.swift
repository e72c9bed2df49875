import ServingTypes
import Testing

@testable import ServingCore
@testable import WorkerDaemon

/// Prefixes travel between any two workers, and a fetch that fails costs time, never an answer.
@Suite(.serialized) struct FetchTransferTests {
    private static let prompt = (0..<600).map { TokenID(10 + $0 * 13 % 3_500) }

    private static var sampling: SamplingParameters {
        var sampling = SamplingParameters()
        sampling.maxTokens = 4
        return sampling
    }

    /// Waits for an attempt's end and checks its tokens.
    private static func expectRight(_ attempt: AttemptID, _ prompt: [TokenID], on bed: TransferBed) throws
        -> TestRouter.Attempt
    {
        let isOver = bed.router.state.wait { state in
            state.attempts[attempt].map { $0.isFinished || !$0.failures.isEmpty } ?? false
        }
        let end = try #require(bed.router.state.current.attempts[attempt])
        #expect(isOver && end.isFinished, "\(end)")
        let expected = try bed.reference.answer(to: prompt, sampling)
        #expect((0..<expected.count).map { end.tokens[$0] } == expected)
        return end
    }

    @Test func `a prefill worker fetches from a decode worker, and a decode worker from a prefill worker`()
        throws
    {
        let bed = try TransferBed()
        defer { bed.stop() }
        // The decode worker computes a prompt by itself; the prefill worker then gets its blocks for a longer one.
        let first = try bed.startWhole(1, prompt: Array(Self.prompt.prefix(400)), sampling: Self.sampling)
        _ = try Self.expectRight(first, Array(Self.prompt.prefix(400)), on: bed)
        let longer = Array(Self.prompt.prefix(520))
        let second = try bed.start(2, prompt: longer, sampling: Self.sampling, fetchBlocks: 32)
        _ = try Self.expectRight(second, longer, on: bed)
        let prefill = bed.prefill.state.withLock { $0.core.counters }
        #expect(prefill.fetches == 1 && prefill.failedFetches == 0)
        #expect(prefill.fetchedTokens == 400, "the leading full blocks that were there")
        #expect(bed.decode.state.withLock { $0.core.counters }.servedFetches == 1)
        // A prompt that only the prefill worker has seen.
        let other = Self.prompt.map { $0 + 1 }
        let third = try bed.start(3, prompt: other, sampling: Self.sampling)
        _ = try Self.expectRight(third, other, on: bed)
        bed.decode.state.withLock { _ = $0.core.pool.flush() }
        let fourth = try bed.startWhole(4, prompt: other, sampling: Self.sampling, fetchBlocks: 37)
        _ = try Self.expectRight(fourth, other, on: bed)
        #expect(bed.decode.state.withLock { $0.core.counters }.fetchedTokens == 592)
        #expect(bed.quiesce() == nil)
    }

    @Test func `what is not cached there any more is computed`() throws {
        let bed = try TransferBed()
        defer { bed.stop() }
        let attempt = try bed.start(1, prompt: Self.prompt, sampling: Self.sampling, fetchBlocks: 30)
        _ = try Self.expectRight(attempt, Self.prompt, on: bed)
        let counters = bed.prefill.state.withLock { $0.core.counters }
        #expect(counters.fetches == 1 && counters.failedFetches == 1 && counters.fetchedTokens == 0)
        #expect(bed.quiesce() == nil)
    }

    @Test(arguments: [KVCodec.q8, .cachegen])
    func `lossy KV is marked and serves no exact request`(codec: KVCodec) throws {
        // Nothing is to come twice, however long this test waits for the processor.
        let bed = try TransferBed(chunkBytes: 32 << 10, renewInterval: .seconds(5))
        defer { bed.stop() }
        let attempt = try bed.start(1, prompt: Self.prompt, sampling: Self.sampling, codec: codec)
        #expect(bed.router.state.wait { $0.attempts[attempt]?.isFinished == true })
        let counters = bed.decode.state.withLock { $0.core.counters }
        #expect(counters.damagedChunks == 0 && counters.discardedChunks == 0)
        #expect(bed.prefill.state.withLock { $0.core.counters.wireBytes != $0.core.counters.sentBytes })
        // An exact request for the same prompt finds nothing and is right.
        let exact = try bed.start(2, prompt: Self.prompt, sampling: Self.sampling)
        _ = try Self.expectRight(exact, Self.prompt, on: bed)
        #expect(bed.decode.state.withLock { $0.core.counters.hitTokens } == 0)
        // A lossy one for a part of it may use either.
        let again = try bed.start(3, prompt: Self.prompt, sampling: Self.sampling, codec: codec)
        #expect(bed.router.state.wait { $0.attempts[again]?.isFinished == true })
        #expect(bed.decode.state.withLock { $0.core.counters.hitTokens } == 592)
        #expect(bed.quiesce() == nil)
    }

    @Test func `a budget hands off that many tokens, and the answer goes on from them`() throws {
        let bed = try TransferBed()
        defer { bed.stop() }
        let budget = KVBudget(tokens: 100, sinkTokens: 4, recentTokens: 32)
        let attempt = try bed.start(1, prompt: Self.prompt, sampling: Self.sampling, budget: budget)
        #expect(bed.router.state.wait { $0.attempts[attempt]?.isFinished == true })
        let end = try #require(bed.router.state.current.attempts[attempt])
        #expect(end.failures.isEmpty && end.tokens.count == 4)
        // 7 blocks of 100 tokens instead of 38.
        let bytes = bed.decode.state.withLock { $0.core.counters.receivedBytes }
        #expect(bytes == 7 * bed.reference.engine.layout.blockBytes)
        // The same again: nothing of it was cached, and the tokens are the same.
        let again = try bed.start(2, prompt: Self.prompt, sampling: Self.sampling, budget: budget)
        #expect(bed.router.state.wait { $0.attempts[again]?.isFinished == true })
        #expect(bed.router.state.current.attempts[again]?.tokens == end.tokens)
        #expect(bed.decode.state.withLock { $0.core.counters.hitTokens } == 0)
        #expect(bed.quiesce() == nil)
    }
}
