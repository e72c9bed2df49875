import Foundation
import ServingTypes
import Testing
import Wire

extension ClusterTests {
    /// Workers change between prefill and decode while clients wait for their answers.
    @Suite struct RoleChangeTests {
        static let calls = (0..<40).map { index in
            GenerationCall.random(20 + index * 37 % 400, seed: UInt64(index), maxTokens: 10 + index % 30)
        }

        /// Prefill and decode swap their workers twice under load.
        @Test func `workers change their roles under load and back, and no answer shows it`() throws {
            let pace = PacedPace(prefillToken: 0.000_1, decodeStep: 0.01)
            var plan = ClusterPlan.separate(.paced(pace), prefill: 1, decode: 2)
            plan.permitsBothRoles = true
            try TestCluster.run(plan) { cluster in
                let client = try cluster.client
                let calls = Self.calls
                let expected = try Crowd(calls.count, width: 8) { try client.generate(calls[$0]) }.finish()
                let load = Crowd(400, width: 8) { try client.generate(calls[$0 % calls.count]) }
                try Polling.until("the load runs") { load.doneCount > 10 }
                for (decode, prefill) in [("decode-2", "prefill-1"), ("prefill-1", "decode-2")] {
                    #expect(try cluster.order(decode, to: .prefill).failure == nil)
                    try cluster.waitUntil(decode, is: .prefill)
                    #expect(try cluster.order(prefill, to: .decode).failure == nil)
                    try cluster.waitUntil(prefill, is: .decode)
                    var probe = calls[0]
                    probe.name = "by-\(decode)"
                    #expect(try client.generate(probe).choices == expected[0].choices)
                    let attempts = try cluster.finishedDecision("by-\(decode)").attempts
                    #expect(attempts.first?.chosen.prefill == decode, "\(attempts)")
                }
                #expect(!load.isDone, "the load must outlast the changes")
                for (index, answer) in try load.finish().enumerated() {
                    #expect(answer.choices == expected[index % calls.count].choices, "answer \(index)")
                }
                #expect(try cluster.metrics(of: cluster.router).value("baton_failed_attempts_total") == 0)
                #expect(try cluster.metrics(of: cluster.router).value("baton_lost_workers_total") == 0)
                try cluster.waitUntilIdle()
            }
        }

        @Test func `a worker without a certificate for it keeps its role, and says so`() throws {
            try TestCluster.run(.separate(.paced(PacedPace()))) { cluster in
                let answer = try cluster.order("decode-1", to: .prefill)
                #expect(answer.failure?.code == .unauthorized && answer.current == .decode, "\(answer)")
                #expect(try cluster.order("nobody", to: .decode).failure?.code == .badRequest)
                #expect(try cluster.client.generate(.random(50, seed: 1)).only.tokens.count == 16)
            }
        }

        /// One prefill worker is asked for more than it can do, two decode workers idle.
        @Test func `the balance of the pools gives a decode worker to prefill`() throws {
            let pace = PacedPace(prefillToken: 0.000_2, decodeStep: 0.001)
            var plan = ClusterPlan.separate(.paced(pace), prefill: 1, decode: 3)
            plan.permitsBothRoles = true
            for (key, value) in [
                ("balance", "\"on\""), ("settling", "1s"), ("dwell", "60s"), ("cooldown", "60s"),
                ("horizon", "5s"),
            ] { plan.router["pools.\(key)"] = value }
            try TestCluster.run(plan) { cluster in
                let client = try cluster.client
                let load = Crowd(120, width: 12) { index in
                    try client.generate(.random(600, seed: UInt64(index), maxTokens: 4))
                }
                try Polling.until("two workers prefill") {
                    try cluster.connectedWorkers().count { $0.role == WorkerRole.prefill.name } == 2
                }
                let answers = try load.finish()
                #expect(answers.allSatisfy { $0.only.tokens.count == 4 } && answers.count == 120)
                let report = try cluster.pools()
                #expect(report.balance == PoolBalanceMode.on.name && report.roleChanges == 1, "\(report)")
                #expect(try cluster.metrics(of: cluster.router).value("baton_role_changes_total") == 1)
                try cluster.waitUntilIdle()
            }
        }
    }
}
