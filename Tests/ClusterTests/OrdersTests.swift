import DaemonKit
import Foundation
import ServingTypes
import Testing
import Wire

extension ClusterTests {
    /// Orders of operators about single workers, while clients wait.
    @Suite struct OrdersTests {
        private static func state(_ worker: String, _ cluster: TestCluster) throws -> ClusterDocument
            .WorkerState?
        {
            let seen = try cluster.document(.cluster, ClusterDocument.self)
            return seen.workers.first { $0.name == worker }?.state
        }

        private static func call(_ name: String, seed: UInt64, maxTokens: Int = 16) -> GenerationCall {
            var call = GenerationCall.random(80, seed: seed, maxTokens: maxTokens)
            call.name = name
            return call
        }

        @Test func `a cordoned worker ends what it has and gets nothing new, until it is resumed`() throws {
            let slow = PacedPace(decodeStep: 0.02)
            try TestCluster.run(.separate(.paced(slow), decode: 2)) { cluster in
                let client = try cluster.client
                let stream = try client.stream(Self.call("running", seed: 1, maxTokens: 60))
                try stream.waitForTokens(3)
                let kept = try cluster.busyWorker(.decode)
                #expect(try cluster.order(.cordon, kept.name).requests == 1)
                #expect(try Self.state(kept.name, cluster) == .cordoned)
                for index in UInt64(0)..<4 {
                    _ = try client.generate(Self.call("new-\(index)", seed: 10 + index))
                    let decode = try cluster.finishedDecision("new-\(index)").attempts[0].chosen.decode
                    #expect(decode != kept.name)
                }
                #expect(try stream.finish().only.tokens.count == 60)
                // By name: a new boot is cordoned too.
                try kept.kill()
                try kept.start()
                try kept.waitUntilListening()
                try cluster.waitUntilReady()
                #expect(try Self.state(kept.name, cluster) == .cordoned)
                #expect(try cluster.drain(kept.name, isResume: true).failure == nil)
                #expect(try Self.state(kept.name, cluster) == .live)
                #expect(try cluster.order(.cordon, "decode-9").failure?.code == .badRequest)
                try cluster.waitUntilIdle()
            }
        }

        @Test func `a worker with work is removed by force only, and its streams go on elsewhere`() throws {
            let slow = PacedPace(decodeStep: 0.02)
            try TestCluster.run(.separate(.paced(slow), decode: 2)) { cluster in
                let client = try cluster.client
                let expected = try client.generate(Self.call("first", seed: 1, maxTokens: 60))
                let stream = try client.stream(Self.call("moved", seed: 1, maxTokens: 60))
                try stream.waitForTokens(3)
                let gone = try cluster.busyWorker(.decode).name
                let refusal = try cluster.order(.remove, gone).failure
                #expect(refusal?.code == .badRequest && refusal?.message.contains("1 request") == true)
                let removed = try cluster.order(.remove, gone, isForced: true)
                #expect(removed.failure == nil && removed.requests == 1)
                #expect(try stream.finish().only.tokens == expected.only.tokens)
                let seen = try cluster.document(.cluster, ClusterDocument.self)
                #expect(seen.removed == [gone] && !seen.workers.contains { $0.name == gone })
                let why = try cluster.order(.cordon, gone).failure?.message ?? ""
                #expect(why.contains("was removed by an operator"), "\(why)")
                // It asks to come back, in vain.
                #expect(try client.generate(Self.call("later", seed: 3)).only.tokens.count == 16)
                #expect(try cluster.connectedWorkers().count == 2)
                #expect(try cluster.drain(gone, isResume: true).failure == nil)
                try cluster.waitUntilReady()
                #expect(try cluster.document(.cluster, ClusterDocument.self).removed.isEmpty)
                try cluster.waitUntilIdle()
                #expect(try cluster.order(.remove, gone).failure == nil, "it owes nothing")
            }
        }

        @Test func `a dead worker is forgotten`() throws {
            try TestCluster.run(.separate(.paced(PacedPace()), decode: 2)) { cluster in
                try cluster.worker("decode-2").kill()
                try Polling.until("decode-2 is dead") { try Self.state("decode-2", cluster) == .dead }
                #expect(try cluster.drain("decode-2").failure?.message.contains("was lost") == true)
                #expect(try cluster.order(.remove, "decode-2").failure == nil)
                #expect(try Self.state("decode-2", cluster) == nil)
                #expect(try cluster.drain("decode-2", isResume: true).failure == nil)
                #expect(try cluster.drain("decode-2", isResume: true).failure?.code == .badRequest)
            }
        }

        @Test func `a flushed cache is computed again`() throws {
            try TestCluster.run(.separate(.paced(PacedPace()))) { cluster in
                let client = try cluster.client
                let expected = try client.generate(Self.call("cold", seed: 1))
                try Polling.until("the router knows what is cached") {
                    try cluster.document(.cluster, ClusterDocument.self).workers.allSatisfy {
                        $0.blocksCached > 0
                    }
                }
                #expect(try client.generate(Self.call("warm", seed: 1)).choices == expected.choices)
                #expect(try cluster.finishedDecision("warm").attempts[0].chosen.hitTokens > 0)
                try cluster.waitUntilIdle()
                for worker in ["prefill-1", "decode-1"] {
                    let flushed = try cluster.order(.flushCache, worker).flushed
                    #expect(flushed?.droppedBlocks ?? 0 >= 4 && flushed?.keptBlocks == 0, "\(worker)")
                }
                try Polling.until("the router knows that nothing is cached") {
                    try cluster.document(.cluster, ClusterDocument.self).workers.allSatisfy {
                        $0.blocksCached == 0
                    }
                }
                #expect(try client.generate(Self.call("again", seed: 1)).choices == expected.choices)
                #expect(try cluster.finishedDecision("again").attempts[0].chosen.hitTokens == 0)
                #expect(try cluster.order(.flushCache, "nobody").failure?.code == .badRequest)
                try cluster.waitUntilIdle()
            }
        }
    }
}
