import Engine
import ServingTypes
import TestSupport
import Testing
import Transport

@testable import WorkerDaemon

/// What an engine's steps take is measured before the first request.
@Suite struct CalibrationTests {
    /// An engine that takes a known time and keeps what it was asked.
    private final class Clockwork: InferenceEngine {
        let identity: EngineIdentity
        let layout = Made.layout
        let base: Duration
        let perToken: Duration
        let steps = Watched<[StepSequence]>([])

        init(contextTokens: Int, base: Duration, perToken: Duration) {
            identity = EngineIdentity(
                modelName: "clockwork",
                modelDigest: Bytes128(high: 1, low: 1),
                numericsClass: "none",
                vocabularyCount: 50,
                contextTokens: contextTokens,
                endTokens: []
            )
            self.base = base
            self.perToken = perToken
        }

        func step(_ batch: [StepSequence], arena: KVArena, afterLayer: (Int) -> Void)
            throws(EngineError) -> [StepOutcome]
        {
            let tokens = batch.reduce(0) { $0 + $1.tokens.count }
            let end = MonotonicClock.now + base + perToken * tokens
            steps.update { $0 += batch }
            while MonotonicClock.now < end {}
            return batch.map { _ in StepOutcome(token: SampledToken(id: 1)) }
        }
    }

    @Test func `the coefficients predict what was measured`() throws {
        let engine = Clockwork(contextTokens: 4_096, base: .milliseconds(2), perToken: .microseconds(50))
        let cost = try Calibration.measure(engine)
        let prefill = cost.prefill(newTokens: 128, contextTokens: 128)
        // A busy machine makes every run longer, never shorter.
        #expect(prefill >= .microseconds(8_390))
        #expect(prefill < .microseconds(84_000))
        #expect(cost.b > 0)
        #expect(cost.a >= 0)
        #expect(cost.e + cost.f >= 0.002 && cost.e + cost.f < 0.05)
        let decode = cost.decodeStep(batch: 8, contextTokens: 8 * 128)
        #expect(decode >= .microseconds(2_300) && decode < .milliseconds(50))
        #expect([cost.d, cost.f, cost.g, cost.m].allSatisfy { $0 >= 0 && $0.isFinite })
    }

    @Test(arguments: [4_096, 256, 8, 4])
    func `it asks for what the engine can do, however short its context`(contextTokens: Int) throws {
        let engine = Clockwork(contextTokens: contextTokens, base: .zero, perToken: .zero)
        let cost = try Calibration.measure(engine)
        #expect([cost.a, cost.b, cost.e].allSatisfy { $0 >= 0 && $0.isFinite })
        let steps = engine.steps.current
        #expect(steps.contains { $0.tokens.count == 1 && $0.position > 0 }, "a decode step is among them")
        #expect(
            Set(steps.filter { $0.position == 0 }.map(\.tokens.count)).count >= 2,
            "two lengths of prompt at least"
        )
        for step in steps {
            #expect(step.endPosition <= contextTokens)
            #expect(step.tokens.allSatisfy { $0 < 50 })
            #expect(step.table.count >= engine.layout.blockCount(tokens: step.endPosition))
            #expect(step.sample != nil)
        }
    }

    @Test func `an engine that fails is not calibrated`() {
        final class Broken: InferenceEngine {
            let identity = EngineIdentity(
                modelName: "broken",
                modelDigest: Bytes128(high: 1, low: 1),
                numericsClass: "none",
                vocabularyCount: 50,
                contextTokens: 64,
                endTokens: []
            )
            let layout = Made.layout

            func step(_ batch: [StepSequence], arena: KVArena, afterLayer: (Int) -> Void)
                throws(EngineError) -> [StepOutcome]
            {
                throw .logitsNotFinite(sequenceIndex: 0)
            }
        }
        #expect(throws: EngineError.logitsNotFinite(sequenceIndex: 0)) { try Calibration.measure(Broken()) }
    }
}
