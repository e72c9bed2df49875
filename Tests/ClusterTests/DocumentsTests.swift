import DaemonKit
import Foundation
import ServingTypes
import Testing
import Wire

extension ClusterTests {
    /// What a running router tells of its cluster, over the admin link and over HTTP.
    @Suite struct DocumentsTests {
        @Test func `requests in flight, workers, loads and models are told by both ways of asking`() throws {
            let slow = PacedPace(decodeStep: 0.02)
            try TestCluster.run(.separate(.paced(slow), prefill: 1, decode: 2)) { cluster in
                var call = GenerationCall.random(80, seed: 1, maxTokens: 400)
                call.name = "long"
                let stream = try cluster.client.stream(call)
                try stream.waitForTokens(3)
                try Self.expectRequest(in: cluster)
                try Self.expectWorkers(in: cluster)
                let models = try cluster.document(.models, ModelsDocument.self)
                #expect(try cluster.page("/admin/models", ModelsDocument.self) == models)
                let model = try #require(models.models.first)
                #expect(
                    model.workers == ["decode-1", "decode-2", "prefill-1"] && model.contextTokens == 4_096
                )
                let (layers, heads) = (PacedPace.layerCount, PacedPace.kvHeadCount)
                #expect(model.kvBytesPerToken == layers * heads * PacedPace.headDim * 2 * 2)
                try Self.expectGuard(of: cluster)
                let pools = try cluster.page("/admin/pools", PoolsDocument.self)
                #expect(pools.balance == "off" || pools.balance == "advise")
            }
        }

        /// No route of the listener but a probe's answers a page that came by a name of its own.
        private static func expectGuard(of cluster: TestCluster) throws {
            let admin = HTTPClient(port: try cluster.router.port("admin"))
            let origin = ["Origin": "http://evil.example"]
            for path in [
                "cluster", "requests", "loads", "models", "pools", "decisions", "decisions/long", "series",
            ] {
                let response = try admin.send("GET", "/admin/\(path)", headers: origin)
                #expect(response.status == 403, "\(path): \(response)")
                #expect(try admin.send("GET", "/admin/\(path)").status == 200, "\(path)")
            }
            for path in ["/metrics", "/health"] {
                #expect(try admin.send("GET", path, headers: origin).status == 200, "\(path)")
            }
        }

        private static func expectRequest(in cluster: TestCluster) throws {
            let requests = try cluster.document(.requests, RequestsDocument.self)
            let request = try #require(requests.requests.first)
            #expect(requests.total == 1 && requests.requests.count == 1 && request.request == "long")
            #expect(request.state == .decode && request.promptTokens == 80 && request.maxOutputTokens == 400)
            #expect(request.outputTokens >= 3 && request.prefillWorker == "prefill-1")
            #expect(
                request.ttftMs != nil
                    && request.stages.map(\.name).suffix(3) == ["prefill", "transfer", "decode"]
            )
            let page = try cluster.page("/admin/requests?limit=1&tenant=default", RequestsDocument.self)
            #expect(page.requests.map(\.id) == [request.id] && page.limit == 1)
            #expect(try cluster.document(.requests, RequestsDocument.self, argument: "nobody").total == 0)
            let admin = HTTPClient(port: try cluster.router.port("admin"))
            for limit in ["0", "1001", "x"] {
                #expect(try admin.send("GET", "/admin/requests?limit=\(limit)").status == 400)
            }
        }

        private static func expectWorkers(in cluster: TestCluster) throws {
            let seen = try Polling.value("the running answer is reported, and the path that it came by") {
                let seen = try cluster.document(.cluster, ClusterDocument.self)
                return seen.workers.contains { $0.decoding == 1 } && !seen.links.isEmpty ? seen : nil
            }
            #expect(seen.requestsInFlight == 1 && seen.totals.submitted == 1 && seen.totals.finished == 0)
            #expect(seen.workers.map(\.name) == ["decode-1", "decode-2", "prefill-1"])
            #expect(seen.workers.allSatisfy { $0.state == .live && $0.blocksTotal > 0 })
            let busy = try #require(seen.workers.first { $0.decoding == 1 })
            #expect(busy.assigned == 1 && busy.blocksUsed > 0 && busy.decodeStepMs != nil)
            #expect(seen.links.contains { $0.from == "prefill-1" && $0.to == busy.name })
            let page = try cluster.page("/admin/cluster", ClusterDocument.self)
            #expect(page.workers.map(\.name) == seen.workers.map(\.name) && page.version == seen.version)
            let loads = try cluster.document(.loads, LoadsDocument.self, argument: busy.name)
            let load = try #require(loads.workers.first)
            #expect(loads.workers.count == 1 && load.decoding == 1 && load.reportAgeMs != nil)
            #expect(load.blocks.running > 0 && load.assignedRequests == 1)
            #expect(try cluster.page("/admin/loads", LoadsDocument.self).workers.count == 3)
            let unknown = try cluster.documentFailure(.loads, argument: "decode-3")
            #expect(unknown.message.contains("did you mean decode-1 or decode-2?"), "\(unknown)")
        }

        @Test func `a worker that was lost is shown as dead, and why, until it is back`() throws {
            try TestCluster.run(.separate(.paced(PacedPace()), decode: 2)) { cluster in
                let worker = try cluster.worker("decode-2")
                try worker.kill()
                let dead = try Polling.value("decode-2 is dead") {
                    try cluster.document(.cluster, ClusterDocument.self).workers.first { $0.state == .dead }
                }
                #expect(dead.name == "decode-2" && dead.lossReason != nil && dead.lostMs != nil)
                try worker.start()
                try worker.waitUntilListening()
                try Polling.until("decode-2 is live") {
                    try cluster.document(.cluster, ClusterDocument.self).workers.allSatisfy {
                        $0.state == .live
                    }
                }
            }
        }
    }
}
