import Testing
import Wire

extension ClusterTests {
    /// Answers that take blocks as they grow, give way when there are none, and go on as if nothing had been.
    @Suite struct DecodeGrowthTests {
        /// A pool of forty blocks, in which a whole answer takes fourteen and an expected one six.
        private static func plan(decode: Int, _ pace: PacedPace) -> ClusterPlan {
            var plan = ClusterPlan.separate(.paced(pace), decode: decode)
            plan.workers = [
                "kv_cache.block_count": "40", "kv_cache.memory": "null", "scheduler.expected_share": "0.2",
                "scheduler.growth_margin": "0", "scheduler.headroom": "0", "scheduler.least_progress": "4",
            ]
            plan.router = plan.router.merging(["decode.expected_share": "0.2"]) { $1 }
            return plan
        }

        @Test func `more answers than fit are all completed, with the tokens that each has alone`() throws {
            try TestCluster.run(Self.plan(decode: 1, PacedPace(decodeStep: 0.004))) { cluster in
                let client = try cluster.client
                let calls = (0..<10).map { index in
                    var call = GenerationCall.random(64, seed: UInt64(index), maxTokens: 160)
                    call.temperature = index % 2 == 0 ? 0 : 1
                    return call
                }
                let crowded = try Crowd(calls.count, width: 10) { try client.stream(calls[$0]).finish() }
                    .finish()
                try cluster.waitUntilIdle()
                let decode = try cluster.metrics(of: cluster.worker("decode-1"))
                #expect(decode.value("baton_preemptions_total") ?? 0 > 0, "somebody had to give way")
                #expect(decode.value("baton_kv_grown_blocks_total") ?? 0 > 0)
                for (call, answer) in zip(calls, crowded) {
                    #expect(answer.only.tokens.count == 160)
                    #expect(try client.generate(call).says(answer), "seed \(call.seed)")
                }
                let router = try cluster.metrics(of: cluster.router)
                #expect(router.value("baton_preempted_attempts_total") ?? 0 > 0)
                #expect(router.value("baton_failed_attempts_total") == 0)
                #expect(router.value("baton_inconsistent_messages_total") == 0)
            }
        }

        /// Fifteen of thirty blocks on one worker, of two answers, thirteen on the other, and a prompt that needs
        /// eighteen: only a move makes room for it before an answer ends.
        ///
        /// Where the three go is not left to chance: the other worker takes nothing meanwhile.
        @Test func `an answer that is moved to make room says what it says alone`() throws {
            var plan = Self.plan(decode: 2, PacedPace(decodeStep: 0.03))
            plan.workers.merge(["kv_cache.block_count": "30", "scheduler.expected_share": "1"]) { $1 }
            plan.router.merge([
                "decode.expected_share": "1", "decode.full_load": "0.45", "decode.least_imbalance": "0.05",
                "decode.dwell": "50ms", "decode.least_gain": "0",
            ]) { $1 }
            try TestCluster.run(plan) { cluster in
                let client = try cluster.client
                var calls = [(4, 156), (40, 168), (4, 76), (200, 88)].enumerated().map { index, size in
                    GenerationCall.random(size.0, seed: UInt64(index), maxTokens: size.1)
                }
                for index in calls.indices { calls[index].name = "move-\(index)" }
                var streams: [AnswerStream] = []
                for (call, other) in zip(calls, ["decode-2", "decode-1", "decode-2"]) {
                    #expect(try cluster.order(.cordon, other).failure == nil)
                    streams.append(try client.stream(call))
                    try streams.last?.waitForTokens(8)
                    #expect(try cluster.drain(other, isResume: true).failure == nil)
                }
                streams.append(try client.stream(calls[3]))
                let answers = try streams.map { try $0.finish() }
                let router = try cluster.metrics(of: cluster.router)
                #expect(router.value("baton_moves_total") ?? 0 >= 1)
                #expect(router.value("baton_failed_attempts_total") == 0)
                let places = try calls.map { call in
                    let attempts = try cluster.finishedDecision(call.name ?? "").attempts
                    return Set(attempts.filter { $0.decodeReport != nil }.map(\.chosen.decode))
                }
                #expect(places.contains { $0.count == 2 }, "\(places)")
                try cluster.waitUntilIdle()
                for (call, answer) in zip(calls, answers) {
                    var alone = call
                    alone.name = nil
                    #expect(try client.generate(alone).says(answer), "\(call.name ?? "")")
                }
                try cluster.waitUntilIdle()
            }
        }
    }
}
