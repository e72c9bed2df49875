import ArgumentParser
import DaemonKit
import Foundation
import ServingTypes
import Testing
import Wire

@testable import AdminTool

/// What the commands about workers, requests, loads and models print, no wider than a terminal.
@Suite struct WorkersTests {
    private func expect(_ text: String, _ golden: String) {
        #expect(text == golden)
        for line in text.split(separator: "\n") {
            #expect(line.count <= 80, "\(line.count) columns: \(line)")
        }
    }

    private static let long = String(repeating: "rack-", count: 4) + "decode-12"

    private static var decode: ClusterDocument.Worker {
        var worker = TextTests.worker("decode-1", "decode", "10.0.0.7:7402")
        (worker.waiting, worker.running, worker.queuedMs, worker.blocksUsed) = (1, 3, 12.4, 40)
        worker.prefillTokensPerSecond = 12_345
        return worker
    }

    @Test func `workers are listed with what they have to do`() {
        var cordoned = TextTests.worker(Self.long, "prefill", "10.0.0.12:7401")
        cordoned.state = .cordoned
        var dead = TextTests.worker("decode-3", "decode", "10.0.0.9:7402")
        dead.state = .dead
        var cluster = TextTests.cluster([Self.decode, dead, cordoned])
        cluster.removed = ["decode-9"]
        expect(
            WorkersListCommand.lines(of: cluster).text,
            """
            WORKER         ROLE     STATE     WAIT  RUN  QUEUE  BLOCKS  PREFILL
            decode-1       decode   live         1    3  12 ms  40/512  12k/s
            decode-3       decode   dead         -    -      -       -  -
            …ck-decode-12  prefill  cordoned     0    0   0 us   0/512  -

            removed: decode-9 (batonctl workers resume NAME lets one back)
            """
        )
        cluster.workers[0].site = "frankfurt-2"
        cluster.workers[0].blocksTotal = 100_000
        for line in WorkersListCommand.lines(of: cluster).text.split(separator: "\n") {
            #expect(line.count <= 80)
        }
        let none = WorkersListCommand.lines(of: TextTests.cluster([])).text
        #expect(none == "No worker is connected: start one, or look into its log.")
    }

    @Test func `one worker is shown with its report and its paths`() {
        var load = Self.load
        load.ttftError = LoadsDocument.PredictionError(prompts: 120, median: -0.03, p90: 0.2)
        let document = WorkerDocument(
            worker: Self.decode,
            load: load,
            links: [TextTests.link("prefill-1", "decode-1", isDegraded: true)]
        )
        expect(
            WorkerText(document).text,
            """
            decode-1: decode worker, live, at 10.0.0.7:7402
            model tiny, context 4096 tokens, up to 64 sequences at once

            REQUESTS   1 waiting, 3 running (3 decoding), 4 given by this router
            QUEUE      120 tokens to compute, a long prompt waits 12 ms
            KV BLOCKS  40 of 512 used: 30 running, 10 reserved, 0 leased; 72 cached
            STEPS      decode 2.1 ms, prefill of 1024 tokens 83 ms, as measured
            TTFT ERROR -3 % in the middle, 9 in 10 within 20 %, of 120 prompts
            REPORT     40 ms old

            FROM       TO         RATE  SOURCE  RTT  FLIGHT  EXPECTED  STATE
            prefill-1  decode-1  1 B/s  prior     -     0 B         -  degraded
            """
        )
        var lost = Self.decode
        (lost.state, lost.lossReason, lost.lostMs) = (.dead, "peer_lost: the other side closed it", 65_000)
        let text = WorkerText(WorkerDocument(worker: lost, load: nil, links: [])).text
        #expect(text.hasSuffix("lost 1 min ago: peer_lost: the other side closed it"))
    }

    private static var load: LoadsDocument.Worker {
        var cost = CostCoefficients()
        cost.b = 1.0 / 12_345
        var load = LoadsDocument.Worker(
            name: "decode-1",
            role: "decode",
            state: .live,
            profileCost: LoadsDocument.Cost(cost),
            prefill1024Ms: 83
        )
        load.fittedCost = LoadsDocument.Cost(cost)
        (load.waiting, load.running, load.decoding, load.assignedRequests) = (1, 3, 3, 4)
        (load.queuedTokens, load.queuedMs, load.contextTokens) = (120, 12.4, 1_200)
        (load.expectedGrowthBlocks, load.decodeStepMs, load.reportAgeMs) = (7, 2.1, 40)
        var blocks = BlockGauges()
        (blocks.running, blocks.reserved, blocks.cached, blocks.free) = (30, 10, 72, 400)
        load.blocks = LoadsDocument.Blocks(blocks)
        return load
    }

    @Test func `loads say how good they are`() {
        var other = Self.load
        (other.name, other.fittedCost, other.decodeStepMs, other.reportAgeMs) = (Self.long, nil, nil, nil)
        other.ttftError = LoadsDocument.PredictionError(prompts: 9, median: 0.12, p90: 0.3)
        expect(
            LoadsCommand.text(of: LoadsDocument(router: "r1", workers: [Self.load, other])),
            """
            WORKER          AGE  WAIT  RUN  QUEUE  CONTEXT  GROW    STEP      1K  ERROR
            decode-1      40 ms     1    3  12 ms     1200     7  2.1 ms   83 ms      -
            …k-decode-12      -     1    3  12 ms     1200     7       -  83 ms*  +12 %
            """
        )
    }

    @Test func `requests are listed with where they stand`() {
        typealias Request = RequestsDocument.Request
        func request(_ name: String, _ state: RequestsDocument.State, _ ageMs: Double) -> Request {
            var request = Request(
                request: name,
                id: "00ff",
                tenant: "alice-and-bob",
                requestClass: "default",
                priority: "interactive",
                state: state,
                promptTokens: 131_072,
                maxOutputTokens: 4_096,
                ageMs: ageMs
            )
            (request.prefillWorker, request.decodeWorker) = ("prefill-1", Self.long)
            return request
        }
        var decoding = request("chat-7f3a-0000-1111", .decode, 999_400)
        (decoding.ttftMs, decoding.outputTokens) = (999.4, 1_033)
        var waiting = request("", .waiting, 20)
        (waiting.prefillWorker, waiting.decodeWorker) = (nil, nil)
        let requests = [decoding, request("b", .prefill, 1_500), request("c", .transfer, 100), waiting]
        let text = RequestsCommand.text(
            of: RequestsDocument(router: "r1", total: 9, limit: 4, requests: requests)
        )
        for line in text.split(separator: "\n") { #expect(line.count <= 80, "\(line)") }
        let words = text.split(separator: "\n").map { $0.split(separator: " ").map(String.init) }
        let first = ["…3a-0000-1111", "…and-bob", "decode", "999", "s", "999", "ms", "131072", "1033/4096"]
        #expect(words[1] == first + ["…decode-12"], "\(text)")
        #expect(words[2].contains("prefill-1") && words[3].contains("…decode-12") && words[4][0] == "00ff")
        #expect(text.hasSuffix("\nthe oldest 4 of 9 requests in flight"))
        let none = RequestsDocument(router: "r1", total: 0, limit: 4, requests: [])
        #expect(RequestsCommand.text(of: none) == "No request is in flight.")
        let error = #expect(throws: (any Error).self) {
            try BatonControl.parseAsRoot(["requests", "--limit", "1001"])
        }
        #expect(error.map { BatonControl.fullMessage(for: $0).contains("use 1 to 1000") } == true)
    }

    @Test func `models are shown with their names, KV and workers`() {
        var model = ModelsDocument.Model(
            name: "Baton Tiny",
            aliases: ["tiny"],
            contextTokens: 4_096,
            vocabularyTokens: 1_280,
            hasChatTemplate: true,
            digest: "000000000000000000000000000000ff"
        )
        model.kvLayout = "4 layers × 2 KV heads × 16 × f16, 16 tokens per block"
        (model.kvBytesPerToken, model.kvCapacityTokens) = (512, 65_536)
        model.workers = (1...9).map { "decode-\($0)" }
        expect(
            ModelsCommand.text(of: ModelsDocument(router: "r1", models: [model])),
            """
            Baton Tiny (also tiny)
              context     4096 tokens
              vocabulary  1280 tokens
              chat        yes
              digest      000000000000000000000000000000ff
              KV layout   4 layers × 2 KV heads × 16 × f16, 16 tokens per block
              KV size     512 B per token
              KV room     65536 tokens in all workers
              workers     9: decode-1, decode-2, decode-3, decode-4, decode-5, decode-6,
                          decode-7, decode-8, decode-9
            """
        )
    }

    @Test func `orders say what came of them`() throws {
        let worker = WorkerID(rawValue: "decode-1")
        func reply(_ requests: Int) -> WorkerOrderReply {
            WorkerOrderReply(worker: worker, requests: requests)
        }
        let cordoned = [0, 1, 3].map { WorkersCordonCommand.text(of: reply($0)) }
        #expect(
            cordoned == [
                "decode-1 gets no new requests; it has none in hand",
                "decode-1 gets no new requests; 1 in hand goes on",
                "decode-1 gets no new requests; 3 in hand go on",
            ]
        )
        #expect(WorkersRemoveCommand.text(of: reply(0)).hasPrefix("decode-1 is removed\n"))
        #expect(WorkersRemoveCommand.text(of: reply(2)).contains("2 requests were placed anew"))
        var flushed = reply(0)
        flushed.flushed = CacheFlush(droppedBlocks: 312, keptBlocks: 12)
        #expect(FlushCacheCommand.text(of: [flushed]) == "decode-1 dropped 312 KV blocks, kept 12 in use")
        for words in [["flush-cache"], ["flush-cache", "--all", "decode-1"]] {
            #expect(throws: (any Error).self) { try BatonControl.parseAsRoot(words) }
        }
        let same = try BatonControl.parseAsRoot(["workers", "drain", "d1", "--wait"])
        #expect((same as? DrainCommand)?.worker == "d1")
    }

    @Test func `another release at the other end is warned of`() {
        #expect(VersionCommand.warning(router: Version.text) == nil)
        #expect(VersionCommand.warning(router: "9.9.9")?.contains("the router 9.9.9") == true)
        let document = VersionCommand.Document(batonctl: "0.1.0", router: "0.2.0", routerName: "r1")
        #expect(VersionCommand.text(of: document) == "batonctl 0.1.0\nrouter   0.2.0 (r1)")
    }
}
