import DaemonKit
import Foundation
import ServingTypes
import Testing

extension ClusterTests {
    /// A worker that is killed costs the client a pause, and not a token.
    @Suite struct WorkerLossTests {
        /// A seeded request whose answer takes a second or two.
        static func call(_ promptTokens: Int, name: String) -> GenerationCall {
            var call = GenerationCall.random(promptTokens, seed: 4_711, maxTokens: 80)
            (call.temperature, call.seed, call.name) = (1, 99, name)
            return call
        }

        @Test func `a decode worker killed in the middle of a stream is replaced unseen`() throws {
            let slow = PacedPace(decodeStep: 0.02)
            try TestCluster.run(.separate(.paced(slow), decode: 2)) { cluster in
                let client = try cluster.client
                let stream = try client.stream(Self.call(600, name: "disturbed"))
                try stream.waitForTokens(10)
                let victim = try cluster.busyWorker(.decode)
                try victim.kill()
                let disturbed = try stream.finish()
                try Self.expectSame(disturbed, "disturbed", attempts: 2, on: cluster)
            }
        }

        @Test func `a decode worker killed while KV streams into it is replaced unseen`() throws {
            let slow = PacedPace(prefillToken: 0.001, decodeStep: 0.005)
            try TestCluster.run(.separate(.paced(slow), decode: 2)) { cluster in
                let client = try cluster.client
                let stream = try client.stream(Self.call(1_500, name: "disturbed"))
                let reserved = try Polling.value("a decode worker has reserved blocks") {
                    try cluster.document(.loads, LoadsDocument.self).workers.first { $0.blocks.reserved > 0 }?
                        .name
                }
                let prefill = try cluster.worker("prefill-1")
                try Polling.until("KV is on its way") {
                    let sent = try cluster.metrics(of: prefill)
                        .value("baton_kv_transfer_bytes_total", ["direction": "sent"])
                    return sent ?? 0 > 0
                }
                try cluster.worker(reserved).kill()
                try Self.expectSame(try stream.finish(), "disturbed", attempts: 2, on: cluster)
            }
        }

        /// Nothing closes its connections: only the missing heartbeats tell that it is gone.
        @Test func `a decode worker that freezes is replaced, and may come back`() throws {
            var plan = ClusterPlan.separate(.paced(PacedPace(decodeStep: 0.02)), decode: 2)
            plan.router["heartbeat"] = "200ms"
            plan.workers["heartbeat"] = "200ms"
            try TestCluster.run(plan) { cluster in
                let stream = try cluster.client.stream(Self.call(600, name: "disturbed"))
                try stream.waitForTokens(10)
                let victim = try cluster.busyWorker(.decode)
                victim.signal(SIGSTOP)
                defer { victim.signal(SIGCONT) }
                // Three silent intervals, 0.6 s, and no more patience than a busy machine needs.
                try Polling.until("the router misses \(victim.name)", limit: 4) {
                    try cluster.metrics(of: cluster.router).value("baton_lost_workers_total") == 1
                }
                let disturbed = try stream.finish()
                victim.signal(SIGCONT)
                try cluster.waitUntilReady()
                try Self.expectSame(disturbed, "disturbed", attempts: 2, on: cluster)
            }
        }

        @Test func `a prefill worker killed before its first token is replaced unseen`() throws {
            let slow = PacedPace(prefillToken: 0.001, decodeStep: 0.005)
            try TestCluster.run(.separate(.paced(slow), prefill: 2)) { cluster in
                let client = try cluster.client
                let call = Self.call(1_500, name: "disturbed")
                let stream = try client.stream(call)
                let victim = try cluster.busyWorker(.prefill)
                #expect(try cluster.decision("disturbed").state == .prefilling)
                try victim.kill()
                try Self.expectSame(try stream.finish(), "disturbed", attempts: 2, on: cluster)
            }
        }

        /// The decode worker is held still, so that the first token is out and the hand-off is not done.
        @Test func `a prefill worker killed after its first token and before the hand-off is replaced`()
            throws
        {
            let slow = PacedPace(prefillToken: 0.001, decodeStep: 0.005)
            try TestCluster.run(.separate(.paced(slow), prefill: 2)) { cluster in
                let decode = try cluster.worker("decode-1")
                let client = try cluster.client
                let call = Self.call(600, name: "disturbed")
                let stream = try client.stream(call)
                _ = try cluster.busyWorker(.prefill)
                decode.signal(SIGSTOP)
                defer { decode.signal(SIGCONT) }
                try stream.waitForTokens(1)
                let victim = try cluster.busyWorker(.prefill)
                try victim.kill()
                #expect(stream.answer.only.tokens.count == 1)
                decode.signal(SIGCONT)
                let disturbed = try stream.finish()
                try Self.expectSame(disturbed, "disturbed", attempts: 2, on: cluster)
            }
        }

        @Test func `a prefill worker killed after the hand-off is not missed`() throws {
            let slow = PacedPace(decodeStep: 0.02)
            try TestCluster.run(.separate(.paced(slow), prefill: 2)) { cluster in
                let stream = try cluster.client.stream(Self.call(600, name: "disturbed"))
                try stream.waitForTokens(5)
                let name = try cluster.connectedWorkers().first { worker in
                    worker.role == WorkerRole.prefill.name && worker.blocksCached > 0
                }?.name
                try cluster.worker(try #require(name)).kill()
                let disturbed = try stream.finish()
                try Self.expectSame(disturbed, "disturbed", attempts: 1, on: cluster)
            }
        }

        @Test func `while one worker after another is killed, every client gets its whole answer`() throws {
            let pace = PacedPace(prefillToken: 0.000_5, decodeStep: 0.01)
            var plan = ClusterPlan.separate(.paced(pace), prefill: 2, decode: 2)
            // A request may meet more deaths here than in its whole life elsewhere.
            plan.router["requests.max_attempts"] = "20"
            plan.router["placement.local_prefill"] = "true"
            try TestCluster.run(plan) { cluster in
                let client = try cluster.client
                let calls = (0..<48).map { index in
                    var call = GenerationCall.random(
                        30 + index * 53 % 800,
                        seed: UInt64(index),
                        maxTokens: 20 + index * 31 % 80
                    )
                    (call.temperature, call.seed) = (1, index)
                    return call
                }
                let crowd = Crowd(calls.count, width: 6) { try client.stream(calls[$0]).finish() }
                var killed = 0
                while !crowd.isDone {
                    let served = crowd.doneCount
                    try Polling.until("three more requests are served") {
                        crowd.isDone || crowd.doneCount >= served + 3
                    }
                    let victim = cluster.workers[[2, 0, 3, 1][killed % 4]]
                    try victim.kill()
                    try victim.start()
                    try victim.waitUntilListening()
                    try cluster.waitUntilReady()
                    killed += 1
                }
                let answers = try crowd.finish()
                #expect(killed >= 4)
                try cluster.waitUntilIdle()
                let calm = try Crowd(calls.count, width: 12) { try client.stream(calls[$0]).finish() }
                    .finish()
                for (call, pair) in zip(calls, zip(answers, calm)) {
                    #expect(pair.0.only.tokens.count == call.maxTokens)
                    #expect(pair.0 == pair.1, "a prompt of \(call.prompt?.count ?? 0) tokens")
                }
            }
        }

        /// Compares with an answer that nothing disturbs, and with what the router says it did.
        private static func expectSame(
            _ disturbed: Answer,
            _ name: String,
            attempts: Int,
            on cluster: TestCluster
        ) throws {
            let decision = try Polling.value("the end of \(name) is recorded") {
                let decision = try cluster.decision(name)
                return decision.state == .finished ? decision : nil
            }
            #expect(decision.attempts.count == attempts, "\(decision)")
            let calm = try cluster.client.stream(call(decision.promptTokens, name: "calm")).finish()
            #expect(try cluster.decision("calm").attempts.count == 1)
            #expect(disturbed == calm)
            #expect(calm.only.tokens.count == 80)
            #expect(calm.only.finish == "length")
            try cluster.waitUntilIdle()
        }
    }
}
