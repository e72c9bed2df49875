import Foundation
import ServingTypes
import Testing
import Wire

extension ClusterTests {
    /// Separate prefill and decode workers produce what one process produces, with the CPU engine.
    @Suite(
        .enabled(if: FileManager.default.fileExists(atPath: Products.model), "the built-in model is missing")
    )
    struct IdenticalOutputTests {
        /// Bytes of one KV block of the built-in model: layers, K and V, heads, elements, bytes of f16, tokens.
        static let blockBytes = 4 * 2 * 2 * 64 * 2 * 16

        /// Prompts of 1 to 3,000 tokens, most of them short; greedy and seeded take turns.
        static let calls: [GenerationCall] = {
            let lengths = [1, 2, 15, 16, 17, 31, 32, 33, 3_000] + (0..<43).map { 3 + $0 * $0 * $0 / 60 }
            return lengths.enumerated().map { index, length in
                var call = GenerationCall.random(length, seed: UInt64(index), maxTokens: 2 + index % 12)
                if index % 2 == 1 { call.temperature = 0.9 }
                call.seed = 1_000 + index
                call.name = "prompt-\(index)"
                return call
            }
        }()

        @Test func `separate workers say what one process says, token for token`() throws {
            let calls = Self.calls
            #expect(calls.count >= 50)
            var separate: [Answer] = []
            try TestCluster.run(.separate(.cpu)) { cluster in
                let client = try cluster.client
                separate = try Crowd(calls.count, width: 4) { try client.generate(calls[$0]) }.finish()
                for call in calls {
                    let decision = try cluster.finishedDecision(call.name ?? "")
                    let attempt = decision.attempts.first
                    let blocks = ((call.prompt?.count ?? 0) + 15) / 16
                    #expect(decision.attempts.map(\.chosen.prefill) == ["prefill-1"], "\(decision)")
                    #expect(attempt?.decodeReport?.transferBytes == blocks * Self.blockBytes, "\(decision)")
                }
                try cluster.waitUntilIdle()
            }
            try TestCluster.run(.together(.cpu)) { cluster in
                let client = try cluster.client
                let together = try Crowd(calls.count, width: 4) { try client.generate(calls[$0]) }.finish()
                for (call, answers) in zip(calls, zip(separate, together)) {
                    let (left, right) = answers
                    #expect(left.only.tokens.count == call.maxTokens)
                    #expect(left.only.logprobs.count == call.maxTokens)
                    #expect(left == right, "\(call.name ?? "") of \(call.prompt?.count ?? 0) tokens")
                }
                #expect(try cluster.decision("prompt-5").attempts.map(\.chosen.prefill) == [nil])
                try cluster.waitUntilIdle()
            }
        }

        /// The transfer is cut as small as it can be: many lanes, little credit, and keys that soon wear out.
        @Test func `three choices are the same on separate workers and differ from each other`() throws {
            var separate = ClusterPlan.separate(.cpu)
            separate.workers = [
                "transfer.chunk_bytes": "16KiB", "transfer.credit": "64KiB", "transfer.lanes": "3",
                "transfer.layer_group": "1", "transfer.key_update_bytes": "64KiB",
            ]
            var call = GenerationCall.random(900, seed: 77, maxTokens: 24)
            call.temperature = 1
            call.choices = 3
            let answers = try [separate, ClusterPlan.together(.cpu)].map { plan in
                var answer = Answer()
                try TestCluster.run(plan) { cluster in
                    answer = try cluster.client.generate(call)
                    try cluster.waitUntilIdle()
                }
                return answer
            }
            #expect(answers[0] == answers[1])
            #expect(answers[0].choices.count == 3)
            #expect(Set(answers[0].choices.values.map(\.text)).count == 3)
        }

        @Test func `of a chat's second turn only the suffix crosses`() throws {
            let story = (0..<60).map { "The keeper of lighthouse \($0) met the owl by the harbour." }
            let first = [GenerationCall.Message(role: "user", content: story.joined(separator: " "))]
            var answers: [[Answer]] = []
            for plan in [ClusterPlan.separate(.cpu), .together(.cpu)] {
                try TestCluster.run(plan) { cluster in
                    var (turn, next) = (GenerationCall.chat(first), GenerationCall.chat(first))
                    (turn.maxTokens, turn.name) = (20, "turn-1")
                    let one = try cluster.client.generate(turn)
                    let before = try cluster.finishedDecision("turn-1")
                    next.messages =
                        first + [
                            .init(role: "assistant", content: one.only.text),
                            .init(role: "user", content: "Who met the owl?"),
                        ]
                    (next.maxTokens, next.name) = (20, "turn-2")
                    let two = try cluster.client.generate(next)
                    let after = try cluster.finishedDecision("turn-2")
                    answers.append([one, two])
                    if before.attempts.last?.chosen.prefill != nil {
                        try Self.expectSuffix(before, after, prompts: (one.promptTokens, two.promptTokens))
                    }
                    try cluster.waitUntilIdle()
                }
            }
            try #require(answers.count == 2)
            #expect(answers[0] == answers[1])
        }

        /// The decode worker holds all full blocks of the first prompt, so only what follows may cross.
        private static func expectSuffix(
            _ before: DecisionDocument,
            _ after: DecisionDocument,
            prompts: (Int, Int)
        ) throws {
            let reports = { (decision: DecisionDocument) in
                [decision.attempts.last?.prefillReport, decision.attempts.last?.decodeReport]
            }
            let whole = (prompts.0 + 15) / 16 * blockBytes
            let suffix = ((prompts.1 + 15) / 16 - prompts.0 / 16) * blockBytes
            for (before, after) in zip(reports(before), reports(after)) {
                #expect(try #require(before).transferBytes == whole)
                #expect(try #require(after).transferBytes <= suffix)
                #expect(try #require(after).transferBytes > 0)
            }
            #expect(suffix * 4 < whole)
            let report = try #require(after.attempts.first?.prefillReport)
            #expect(report.hitTokens >= prompts.0 / 16 * 16)
            #expect(report.computedTokens == prompts.1 - report.hitTokens)
        }
    }
}
