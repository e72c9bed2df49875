import DaemonKit
import ServingTypes
import Testing

/// Documents are written by the router and read by tools: what is written is read, under keys that do not change.
@Suite struct DocumentTests {
    private static var cluster: ClusterDocument {
        var cluster = ClusterDocument(router: "r1", version: "0.1.0", uptimeS: 1.5, model: "tiny")
        var worker = ClusterDocument.Worker(
            name: "d1",
            role: "decode",
            state: .cordoned,
            address: "h:1",
            model: "tiny",
            contextTokens: 64,
            maxRunning: 4,
            blocksTotal: 8
        )
        worker.prefillTokensPerSecond = 1_000
        worker.lossReason = "peer_lost: closed"
        cluster.workers = [worker]
        let path = PathReport(peer: WorkerID(rawValue: "d1"), bytesPerSecond: 4e6, inFlightBytes: 7)
        cluster.links = [ClusterDocument.Link(from: WorkerID(rawValue: "p1"), path)]
        cluster.recent.ttftMsP50 = 20
        cluster.removed = ["d9"]
        return cluster
    }

    private static var request: RequestsDocument.Request {
        var request = RequestsDocument.Request(
            request: "chat",
            id: "ff",
            tenant: "alice",
            requestClass: "fast",
            priority: "batch",
            state: .transfer,
            promptTokens: 10,
            maxOutputTokens: 16,
            ageMs: 12.5
        )
        request.stages = [RequestsDocument.Stage("prefill", attempt: 1, startMs: 0, endMs: 9)]
        return request
    }

    private func expectSame<Document: Codable & Equatable>(_ document: Document, keys: [String]) throws {
        let text = String(decoding: try DocumentJSON.encode(document), as: UTF8.self)
        #expect(try DocumentJSON.decode(Document.self, from: text) == document)
        for key in keys { #expect(text.contains("\"\(key)\":"), "\(key) in \(text)") }
    }

    @Test func `what is written is read`() throws {
        try expectSame(
            Self.cluster,
            keys: [
                "uptime_s", "requests_in_flight", "prefill_tokens_per_second", "blocks_total", "is_cordoned",
                "bytes_per_second", "in_flight_bytes", "round_trip_ms", "link_count", "ttft_ms_p50",
            ]
        )
        try expectSame(
            RequestsDocument(router: "r1", total: 1, limit: 1_000, requests: [Self.request]),
            keys: ["class", "max_output_tokens", "age_ms", "start_ms", "end_ms"]
        )
        var load = LoadsDocument.Worker(
            name: "d1",
            role: "decode",
            state: .live,
            profileCost: LoadsDocument.Cost(CostCoefficients()),
            prefill1024Ms: 12
        )
        load.ttftError = LoadsDocument.PredictionError(prompts: 3, median: -0.1, p90: 0.5)
        try expectSame(
            LoadsDocument(router: "r1", workers: [load]),
            keys: ["profile_cost", "prefill1024_ms", "ttft_error", "assigned_requests"]
        )
        var model = ModelsDocument.Model(
            name: "tiny",
            aliases: ["t"],
            contextTokens: 64,
            vocabularyTokens: 1_280,
            hasChatTemplate: true,
            digest: "00ff"
        )
        model.kvBytesPerToken = 4_096
        try expectSame(ModelsDocument(router: "r1", models: [model]), keys: ["kv_bytes_per_token"])
        var pools = PoolsReport()
        pools.pools = [
            PoolStanding(site: "", role: .prefill, workers: 2, capacity: 0, demand: 1, queued: .zero)
        ]
        try expectSame(PoolsDocument(pools), keys: ["demand_requests_per_second", "queued_ms"])
    }

    @Test(arguments: [
        ("decode1", ["decode-1", "decode-2"]), ("decode-3", ["decode-1", "decode-2"]),
        ("prefil-1", ["prefill-1"]),
        ("prefill", ["prefill-1"]), ("1", []), ("gpu-box", []),
    ])
    func `names that were meant are those that are near`(wrong: String, near: [String]) {
        #expect(SimilarNames.like(wrong, among: ["decode-1", "decode-2", "prefill-1"]) == near)
    }
}
