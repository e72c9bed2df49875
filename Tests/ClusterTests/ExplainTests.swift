import Foundation
import ServingTypes
import Testing

extension ClusterTests {
    /// What a running router says of its decisions, and what it still knows after a restart.
    @Suite struct ExplainTests {
        private static func get(_ path: String, on cluster: TestCluster) throws -> HTTPResponse {
            try HTTPClient(port: try cluster.router.port("admin")).send("GET", path)
        }

        private static func documents(_ path: String, on cluster: TestCluster) throws -> [DecisionDocument] {
            let response = try get(path, on: cluster)
            #expect(response.status == 200)
            return try JSONDecoder().decode([String: [DecisionDocument]].self, from: Data(response.body))[
                "decisions"
            ]
                ?? []
        }

        @Test func `a decision is told in full by every way of asking, and outlives the router`() throws {
            var plan = ClusterPlan.separate(.paced(PacedPace()), prefill: 2, decode: 1)
            plan.router["recording.path"] = "decisions.sqlite"
            try TestCluster.run(plan) { cluster in
                for name in ["one", "two:words", "three"] {
                    var call = GenerationCall.random(100, seed: 1)
                    call.name = name
                    _ = try cluster.client.generate(call)
                }
                let told = try cluster.finishedDecision("two:words")
                try Self.expectComplete(told)
                let served = try Self.get("/admin/decisions/two%3Awords", on: cluster)
                #expect(try JSONDecoder().decode(DecisionDocument.self, from: Data(served.body)) == told)
                let named = try Self.get("/admin/decisions/\(told.request)", on: cluster)
                #expect(named.status == 200 && named.body == served.body)
                let newest = try Self.documents("/admin/decisions?limit=2", on: cluster)
                #expect(newest.map(\.clientRequestID) == ["three", "two:words"] && newest[1] == told)
                #expect(try Self.get("/admin/decisions/nobody", on: cluster).status == 404)
                for limit in ["0", "1001", "x"] {
                    #expect(try Self.get("/admin/decisions?limit=\(limit)", on: cluster).status == 400)
                }

                cluster.router.signal(SIGTERM)
                _ = try cluster.router.waitForEnd()
                try cluster.router.start()
                try cluster.router.waitUntilListening()
                #expect(try cluster.decision("two:words") == told)
                #expect(try cluster.decision(told.request) == told)
                let kept = try Self.documents("/admin/decisions", on: cluster)
                #expect(kept.map(\.clientRequestID) == ["three", "two:words", "one"])
                let metrics = try cluster.metrics(of: cluster.router)
                #expect(metrics.value("baton_recording_active") == 1)
            }
        }

        /// Every stage was predicted and measured, and the numbers fit together.
        private static func expectComplete(_ told: DecisionDocument) throws {
            let attempt = try #require(told.attempts.first)
            #expect(told.state == .finished && told.outcome == "length" && told.tenant == "default")
            #expect(attempt.policy == "least_tt2t" && attempt.planCount == 2 && attempt.plans.count == 2)
            #expect(attempt.tokens == 100 && attempt.reason.contains("time to the second token"))
            #expect(attempt.margin?.hasPrefix("next prefill-") == true)
            let chosen = attempt.chosen
            #expect(chosen.parts.prefill > 0 && chosen.inputs.freeBlocks > 0)
            #expect(chosen.inputs.linkBytesPerSecond > 0 && chosen.transferBytes > 0)
            let sum = chosen.ttft.value + chosen.gap.value + chosen.parts.harm * 1_000
            #expect(abs(sum - chosen.total.value) < 0.01)
            #expect(attempt.ttft != nil && attempt.gap != nil)
            #expect(attempt.ttftError != nil && attempt.gapError != nil)
            #expect(attempt.prefillReport.map { $0.computedTokens + $0.hitTokens } == 100)
            #expect(told.verdict.hasPrefix("slow because "))
        }

        @Test func `a router whose decisions cannot be recorded serves, and says so once`() throws {
            var plan = ClusterPlan.together(.paced(PacedPace()))
            plan.router["recording.path"] = "no/such/folder/decisions.sqlite"
            try TestCluster.run(plan) { cluster in
                var call = GenerationCall.random(20, seed: 1)
                call.name = "served"
                _ = try cluster.client.generate(call)
                #expect(try cluster.finishedDecision("served").attempts.count == 1)
                let lines = cluster.router.log.filter { $0.message == "recording.off" }
                #expect(lines.count == 1)
                #expect(lines.first?.fields["reason"]?.contains("change recording.path") == true)
                let metrics = try cluster.metrics(of: cluster.router)
                #expect(metrics.value("baton_recording_active") == 0)
            }
        }
    }
}
