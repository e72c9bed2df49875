import DaemonKit
import Engine
import Observability
import ServingTypes
import TestSupport
import Testing
import Transport
import Wire

@testable import ServingCore
@testable import WorkerDaemon

/// The engine's thread lets a short prompt go first between two layers of a long one.
@Suite struct LayerPreemptionRunTests {
    /// An engine that stops after the first layer of its first step until it is let go, and notes what ends when.
    private final class Gated: InferenceEngine {
        struct Log {
            var isAtGate = false
            var isOpen = false
            /// New tokens of each step, in the order of their ends, and what it yielded.
            var ended: [(tokens: Int, outcomes: [StepOutcome])] = []
            /// Steps in progress, and the most that there were at once.
            var depth = 0
            var deepest = 0
        }

        let inner: PacedEngine
        let log = Watched(Log())
        var identity: EngineIdentity { inner.identity }
        var layout: KVLayout { inner.layout }

        init() throws { inner = try PacedEngine(profile: PacedReference.profile, timeScale: 0) }

        func step(_ batch: [StepSequence], arena: KVArena, afterLayer: (Int) -> Void)
            throws(EngineError) -> [StepOutcome]
        {
            log.update { log in
                log.depth += 1
                log.deepest = max(log.deepest, log.depth)
            }
            let outcomes = try inner.step(batch, arena: arena) { layer in
                if !log.current.isAtGate {
                    log.update { $0.isAtGate = true }
                    _ = log.wait { $0.isOpen }
                }
                afterLayer(layer)
            }
            log.update { log in
                log.depth -= 1
                log.ended.append((batch.reduce(0) { $0 + $1.tokens.count }, outcomes))
            }
            return outcomes
        }
    }

    private static func prompt(_ number: Int, tokens: Int) -> [TokenID] {
        (0..<tokens).map { index in TokenID(20 + (index * 13 + number * 501) % 4_000) }
    }

    @Test(arguments: [true, false])
    func `a short prompt ends first where steps yield, and both say what they say alone`(isOn: Bool) throws {
        let engine = try Gated()
        let node = try Self.node(engine, isOn: isOn)
        _ = try node.start()
        defer { node.stop() }
        let prompts = [Self.prompt(1, tokens: 800), Self.prompt(2, tokens: 30)]
        for (index, prompt) in prompts.enumerated() {
            var sampling = SamplingParameters()
            (sampling.temperature, sampling.maxTokens) = (0, 1)
            let work = Assignment(
                attempt: Made.attempt(UInt64(index + 1)),
                part: .whole,
                tokens: prompt,
                promptTokens: prompt.count,
                sampling: sampling,
                hashKey: BlockHashKey(rawValue: Bytes128(high: 1, low: 2)),
                grant: Grant(rawValue: Bytes128(high: 3, low: 4)),
                lease: .seconds(10)
            )
            // The engine holds the long prompt when the short one comes.
            node.handle(.assigned(work, router: RouterKey(rawValue: 1)))
            if index == 0 { try #require(engine.log.wait { $0.isAtGate }) }
        }
        engine.log.update { $0.isOpen = true }
        try #require(engine.log.wait { $0.ended.count == 2 })
        let log = engine.log.current
        #expect(log.ended.map(\.tokens) == (isOn ? [30, 800] : [800, 30]))
        #expect(log.deepest == (isOn ? 2 : 1))
        let reference = try PacedReference()
        for (tokens, outcomes) in log.ended {
            let prompt = try #require(prompts.first { $0.count == tokens })
            var sampling = SamplingParameters()
            (sampling.temperature, sampling.maxTokens) = (0, 1)
            let answer = try reference.answer(to: prompt, sampling)
            #expect(outcomes.map { $0.token?.id } == answer)
        }
    }

    private static func node(_ engine: Gated, isOn: Bool) throws -> WorkerNode {
        try Made.node("decode-1", .decode, engine, blockCount: 200, in: TestCertificates()) { settings in
            settings.core.stepTokens = 2_048
            settings.core.preemption.isEnabled = isOn
            settings.core.preemption.leastGain = .zero  // This engine takes no time.
        }
    }
}
