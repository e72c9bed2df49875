import Foundation
import ServingTypes
import Testing

extension ClusterTests {
    /// Workers are stopped and routers restarted without losing what clients wait for.
    @Suite struct DrainTests {
        @Test func `SIGTERM lets a decode worker finish its streams`() throws {
            let slow = PacedPace(decodeStep: 0.02)
            try TestCluster.run(.separate(.paced(slow), decode: 2)) { cluster in
                let client = try cluster.client
                let streams = try (0..<4).map { index in
                    try client.stream(.random(80, seed: UInt64(index), maxTokens: 60))
                }
                for stream in streams { try stream.waitForTokens(3) }
                let leaving = try cluster.busyWorker(.decode)
                leaving.signal(SIGTERM)
                try Polling.until("the router knows that \(leaving.name) drains") {
                    try cluster.connectedWorkers().allSatisfy { worker in
                        worker.name != leaving.name || worker.isDraining
                    }
                }
                // New work goes elsewhere meanwhile.
                #expect(try client.generate(.random(30, seed: 9)).only.tokens.count == 16)
                for stream in streams {
                    let answer = try stream.finish()
                    #expect(answer.only.tokens.count == 60)
                    #expect(answer.only.finish == "length")
                }
                #expect(try leaving.waitForEnd() == .exited(0))
                #expect(try cluster.metrics(of: cluster.router).value("baton_failed_attempts_total") == 0)
                try cluster.waitUntilIdle()
            }
        }

        @Test func `SIGTERM lets a prefill worker finish its prompt`() throws {
            let slow = PacedPace(prefillToken: 0.001)
            try TestCluster.run(.separate(.paced(slow), prefill: 2)) { cluster in
                let client = try cluster.client
                let stream = try client.stream(.random(1_000, seed: 5))
                let leaving = try cluster.busyWorker(.prefill)
                leaving.signal(SIGTERM)
                #expect(try stream.finish().only.tokens.count == 16)
                #expect(try leaving.waitForEnd() == .exited(0))
                #expect(try cluster.metrics(of: cluster.router).value("baton_failed_attempts_total") == 0)
                #expect(try client.generate(.random(20, seed: 6)).only.tokens.count == 16)
                try cluster.waitUntilIdle()
            }
        }

        @Test func `SIGTERM lets a router finish its streams`() throws {
            let slow = PacedPace(decodeStep: 0.02)
            try TestCluster.run(.separate(.paced(slow))) { cluster in
                let stream = try cluster.client.stream(.random(80, seed: 1, maxTokens: 60))
                try stream.waitForTokens(3)
                cluster.router.signal(SIGTERM)
                #expect(try stream.finish().only.tokens.count == 60)
                #expect(try cluster.router.waitForEnd() == .exited(0))
            }
        }

        /// Killed in the moment in which it is said to be safe to stop.
        @Test func `a drained decode worker may be killed as soon as it is safe to stop, under load`() throws
        {
            let pace = PacedPace(prefillToken: 0.000_1, decodeStep: 0.01)
            try TestCluster.run(.separate(.paced(pace), prefill: 1, decode: 2)) { cluster in
                let client = try cluster.client
                // Few prompts, so that many find theirs cached.
                let calls = (0..<12).map { index in
                    GenerationCall.random(60 + index * 31 % 300, seed: UInt64(index), maxTokens: 10 + index)
                }
                let expected = try Crowd(calls.count, width: 6) { try client.generate(calls[$0]) }.finish()
                let load = Crowd(240, width: 10) { try client.generate(calls[$0 % calls.count]) }
                try Polling.until("the load runs") { load.doneCount > 10 }
                let leaving = try cluster.busyWorker(.decode)
                let held = try cluster.metrics(of: leaving).value("baton_kv_blocks", ["state": "cached"])
                #expect(held ?? 0 > 0, "it holds prefixes that others may want")
                var owed = try cluster.drain(leaving.name).owed
                let first = owed
                while !owed.isSafeToStop { owed = try cluster.drain(leaving.name).owed }
                try leaving.kill()
                #expect(first.requests > 0, "it had work when the drain began")
                #expect(!load.isDone, "the load must outlast the drain")
                for (index, answer) in try load.finish().enumerated() {
                    #expect(answer.choices == expected[index % calls.count].choices, "answer \(index)")
                }
                let metrics = try cluster.metrics(of: cluster.router)
                #expect(metrics.value("baton_failed_attempts_total") == 0)
                try cluster.waitUntilIdle()
            }
        }

        @Test func `workers register again with a router that was killed`() throws {
            let slow = PacedPace(decodeStep: 0.02)
            try TestCluster.run(.separate(.paced(slow))) { cluster in
                let stream = try cluster.client.stream(.random(80, seed: 1, maxTokens: 500))
                try stream.waitForTokens(3)
                let port = try cluster.router.port("workers")
                try cluster.router.kill()
                var settings = cluster.routerSettings.merging(cluster.plan.router) { $1 }
                settings["listen"] = "127.0.0.1:\(port)"
                try cluster.write(settings, for: cluster.router)
                try cluster.router.start()
                try cluster.router.waitUntilListening()
                try cluster.waitUntilReady()
                // Nobody waits for the old answer, so its blocks are free.
                try cluster.waitUntilIdle()
                #expect(try cluster.client.generate(.random(80, seed: 1)).only.tokens.count == 16)
                try cluster.waitUntilIdle()
            }
        }

        @Test func `a worker that was restarted takes work again`() throws {
            try TestCluster.run(.separate(.paced(PacedPace()))) { cluster in
                let call = GenerationCall.random(100, seed: 1)
                let before = try cluster.client.generate(call)
                for name in ["prefill-1", "decode-1"] {
                    let worker = try cluster.worker(name)
                    try worker.kill()
                    try worker.start()
                    try worker.waitUntilListening()
                    try cluster.waitUntilReady()
                    #expect(try cluster.client.generate(call) == before, "after \(name)")
                }
                try cluster.waitUntilIdle()
            }
        }
    }
}
