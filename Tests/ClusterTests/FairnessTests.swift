import Foundation
import Testing

extension ClusterTests {
    /// Tenants that share workers, told apart by their keys.
    @Suite struct FairnessTests {
        private static func send(_ call: GenerationCall, as key: String, _ client: HTTPClient) throws
            -> HTTPResponse
        {
            let headers = call.headers.merging(["Authorization": "Bearer \(key)"]) { $1 }
            return try client.send("POST", call.path, headers: headers, body: try call.body(isStream: false))
        }

        private static var plan: ClusterPlan {
            // A prompt of 1,500 tokens takes 150 ms.
            var plan = ClusterPlan.separate(.paced(PacedPace(prefillToken: 0.000_1)))
            plan.router["http.api_keys"] =
                "[{key: k1, tenant: flood}, {key: k2, tenant: polite}, {key: k3, tenant: capped}]"
            plan.router["tenants.shares"] =
                "[{name: flood}, {name: polite}, {name: capped, max_in_flight: 1}]"
            return plan
        }

        @Test func `a polite tenant passes the queue of a flood`() throws {
            try TestCluster.run(Self.plan) { cluster in
                let client = try cluster.client
                let flood = Crowd(32, width: 32) { index in
                    try Self.send(.random(1_500, seed: UInt64(index), maxTokens: 2), as: "k1", client)
                }
                try Polling.until("24 requests of the flood wait at the router") {
                    let waiting = try cluster.metrics(of: cluster.router)
                        .value("baton_tenant_requests", ["tenant": "flood", "state": "waiting"])
                    return waiting.map { $0 >= 24 } == true
                }
                let polite = try Self.send(.random(1_500, seed: 99, maxTokens: 2), as: "k2", client)
                let before = flood.doneCount
                #expect(polite.status == 200)
                #expect(before < 24, "of the 24 that waited before it, most must still wait")
                let answers = try flood.finish()
                #expect(answers.allSatisfy { $0.status == 200 })
                try Polling.until("every token of the flood is counted, and nothing is in flight") {
                    let metrics = try cluster.metrics(of: cluster.router)
                    let served = metrics.value(
                        "baton_tenant_served_tokens",
                        ["tenant": "flood", "kind": "computed"]
                    )
                    let inFlight = metrics.value(
                        "baton_tenant_requests",
                        ["tenant": "flood", "state": "in_flight"]
                    )
                    return served == 48_000 && inFlight == 0
                }
            }
        }

        @Test func `a tenant beyond its limit is told when to come back`() throws {
            try TestCluster.run(Self.plan) { cluster in
                let client = try cluster.client
                let running = Crowd(1, width: 1) { _ in
                    try Self.send(.random(50, seed: 1, maxTokens: 2_000), as: "k3", client)
                }
                try Polling.until("the first request of the tenant is in flight") {
                    try cluster.metrics(of: cluster.router)
                        .value("baton_tenant_requests", ["tenant": "capped", "state": "in_flight"]) == 1
                }
                let refused = try Self.send(.random(50, seed: 2, maxTokens: 2), as: "k3", client)
                #expect(refused.status == 429)
                #expect(refused.headers["retry-after"].flatMap { Int($0) }.map { $0 >= 1 } == true)
                let other = try Self.send(.random(50, seed: 3, maxTokens: 2), as: "k2", client)
                #expect(other.status == 200, "nobody else is bound by it")
                #expect(try running.finish().map(\.status) == [200])
                let metrics = try cluster.metrics(of: cluster.router)
                #expect(metrics.value("baton_requests_refused_total", ["reason": "tenant_in_flight"]) == 1)
            }
        }
    }
}
