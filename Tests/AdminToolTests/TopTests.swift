import DaemonKit
import ServingTypes
import Testing

@testable import AdminTool

/// The live view as a value: snapshots and keys in, frames out.
@Suite struct TopTests {
    private static let small = TerminalSize(columns: 80, rows: 24)
    private static let large = TerminalSize(columns: 200, rows: 60)

    private static func worker(_ index: Int) -> ClusterDocument.Worker {
        let role = index % 2 == 0 ? "prefill" : "decode"
        var worker = TextTests.worker("\(role)-\(index / 2 + 1)", role, "10.0.0.\(index):7401")
        (worker.waiting, worker.running) = (index % 3, index)
        worker.queuedTokens = index * 1_000
        worker.blocksUsed = min(512, index * 50)
        if role == "decode" { worker.decodeStepMs = 12.5 }
        return worker
    }

    /// A cluster after a number of seconds under load.
    static func snapshot(workers count: Int, seconds: Int = 0) -> TopSnapshot {
        var links: [ClusterDocument.Link] = []
        for index in stride(from: 0, to: count - 1, by: 2) {
            var path = PathReport(
                peer: WorkerID(rawValue: worker(index + 1).name),
                bytesPerSecond: 1e9,
                inFlightBytes: 0,
                sampleCount: 5,
                deliveredBytes: 0
            )
            path.deliveredBytes = seconds * (index + 1) * (1 << 20)
            path.isDegraded = index == 2
            links.append(ClusterDocument.Link(from: WorkerID(rawValue: worker(index).name), path))
        }
        var cluster = TextTests.cluster((0..<count).map(worker), links)
        cluster.uptimeS = Double(3_600 + seconds)
        cluster.requestsInFlight = count * 2
        cluster.totals.submitted = 100 + seconds * 10
        cluster.totals.finished = 90
        cluster.totals.promptTokens = seconds * 1_500
        cluster.totals.outputTokens = seconds * 40
        (cluster.recent.requests, cluster.recent.ttftMsP50, cluster.recent.ttftMsP99) = (60, 123, 2_345)
        let requests = (0..<(count * 2)).map { index in
            var request = RequestsDocument.Request(
                request: index == 0 ? "日本語のとても長い名前を持つリクエスト-with-a-long-name" : "req-\(index)",
                id: "0",
                tenant: "default",
                requestClass: "",
                priority: "interactive",
                state: RequestsDocument.State.allCases[index % 4],
                promptTokens: 100 + index,
                maxOutputTokens: 128,
                ageMs: Double(index) * 100
            )
            request.decodeWorker = "decode-1"
            request.prefillWorker = "prefill-1"
            return request
        }
        let document = RequestsDocument(router: "r1", total: requests.count, limit: 1_000, requests: requests)
        return TopSnapshot(cluster: cluster, requests: document, time: .seconds(seconds))
    }

    private static func model(workers count: Int) -> TopModel {
        var model = TopModel(interval: .seconds(2))
        model.take(snapshot(workers: count))
        model.take(snapshot(workers: count, seconds: 4))
        return model
    }

    @Test(
        arguments: [0, 1, 4, 100],
        [small, large, TerminalSize(columns: 40, rows: 10), TerminalSize(columns: 10, rows: 2)]
    )
    func `a frame fills the screen and no more, whatever is looked at`(workers: Int, size: TerminalSize) {
        var model = Self.model(workers: workers)
        for key in ["w", "l", "R", "?", "w"] as [Character] {
            _ = model.press(.character(key))
            let frame = model.frame(size: size, clock: "10:20:30")
            #expect(frame.count == size.rows)
            for line in frame { #expect(line.width <= size.columns, "\(line.plain)") }
        }
    }

    @Test func `four workers at 80 columns and 24 lines`() {
        var model = Self.model(workers: 4)
        let golden = """
            r1  tiny  up 1 h 0 min                                       every 2 s  10:20:30
            requests  8 in flight, 10/s new, 90 done, 0 failed
            tokens    1.5k/s in, 40/s out
            TTFT      p50 123 ms, p99 2.3 s  TPOT  p50 -, p99 -  of 60 in 60 s
            workers   2 prefill, 2 decode   links  2, 1 degraded
            """
        let frame = model.frame(size: Self.small, clock: "10:20:30").map(\.plain)
        let heading = golden.split(separator: "\n").map(String.init)
        #expect(frame.prefix(5) == heading.prefix(5))
        let columns = frame[5].split(separator: " ").filter { $0 != "4" }
        #expect(columns == ["WORKER↑", "ROLE", "STATE", "WAIT", "RUN", "TOKENS", "STEP", "BLOCKS"])
        let workers = frame.filter { $0.hasPrefix("prefill-") || $0.hasPrefix("decode-") }.filter {
            $0.contains("[")
        }
        #expect(
            workers.map { $0.prefix { $0 != " " } } == ["decode-1", "decode-2", "prefill-1", "prefill-2"]
        )
        #expect(workers[1].hasSuffix("3    3.0k   13 ms [|||       ]  29%"), "\(workers[1])")
        let links = frame.filter { $0.contains("GiB/s") || $0.contains("MiB/s") }
        #expect(links.count == 2 && links[0].contains("degraded") && links[0].contains("3.0 MiB/s"))
        #expect(frame.last == TopHelp.footer)
        let named = frame.first { $0.contains("with-a-long-name") }
        #expect(named?.hasPrefix("…") == true)
    }

    @Test func `a hundred workers scroll, and the other lists stay in sight`() {
        var model = Self.model(workers: 100)
        func names() -> [String] {
            let frame = model.frame(size: Self.small, clock: "").map(\.plain)
            return frame.filter { $0.contains("[") }.map { String($0.prefix { $0 != " " }) }
        }
        let first = names()
        #expect(first.count >= 8 && first.first == "decode-1")
        let frame = model.frame(size: Self.small, clock: "").map(\.plain)
        #expect(frame.contains { $0.hasPrefix("WORKER↑ 1-\(first.count)/100") })
        #expect(
            frame.contains { $0.hasPrefix("FROM 1-3/50") }
                && frame.contains { $0.hasPrefix("REQUEST 1-3/200") }
        )
        _ = model.press(.down)
        #expect(names().first == first[1])
        _ = model.press(.end)
        #expect(names().last == "prefill-50")
        _ = model.press(.pageUp)
        _ = model.press(.home)
        #expect(names() == first)
        // On a large screen all three have more.
        let large = model.frame(size: Self.large, clock: "").map(\.plain)
        #expect(large.filter { $0.contains("[") }.count > 40)
    }

    @Test func `keys choose the list, the column and the order`() {
        var model = Self.model(workers: 4)
        func first(_ prefix: String) -> String? {
            let frame = model.frame(size: Self.large, clock: "").map(\.plain)
            let heading = frame.firstIndex { $0.hasPrefix(prefix) } ?? 0
            return frame.dropFirst(heading + 1).first.map { String($0.prefix { $0 != " " }) }
        }
        #expect(first("WORKER") == "decode-1")
        _ = model.press(.character("r"))
        #expect(first("WORKER") == "prefill-2", "turned round")
        _ = model.press(.character("r"))
        for _ in 0..<3 { _ = model.press(.right) }
        _ = model.press(.left)
        for _ in 0..<4 { _ = model.press(.character("s")) }
        let frame = model.frame(size: Self.large, clock: "").map(\.plain)
        #expect(frame.contains { $0.contains("RUN↓") }, "\(frame[5])")
        #expect(first("WORKER") == "decode-2", "the one that runs most")
        _ = model.press(.tab)
        #expect(model.pane == .links)
        _ = model.press(.backTab)
        _ = model.press(.backTab)
        #expect(model.pane == .requests && first("REQUEST") == "req-7", "the oldest first")
    }

    @Test func `keys pause, change the interval, help and quit`() {
        var model = Self.model(workers: 1)
        #expect(model.press(.character("p")) == .pause(true))
        #expect(model.frame(size: Self.small, clock: "").first?.plain.contains("paused") == true)
        #expect(model.press(.character(" ")) == .pause(false))
        #expect(model.press(.character("+")) == .interval(.seconds(5)))
        #expect(model.press(.character("-")) == .interval(.seconds(2)))
        for _ in 0..<9 { _ = model.press(.character("-")) }
        #expect(model.interval == .milliseconds(250) && model.press(.character("-")) == .none)
        _ = model.press(.character("?"))
        #expect(model.frame(size: Self.small, clock: "").text.contains("Any key goes back."))
        #expect(model.press(.escape) == .none)
        #expect(!model.frame(size: Self.small, clock: "").text.contains("Any key goes back."))
        #expect(model.press(.character("q")) == .quit)
    }

    @Test func `rates are differences, and say nothing after another start of the router`() throws {
        let (old, new) = (Self.snapshot(workers: 4), Self.snapshot(workers: 4, seconds: 4))
        let rates = try #require(TopRates(from: old, to: new))
        #expect(rates.requests == 10 && rates.promptTokens == 1_500 && rates.outputTokens == 40)
        #expect(rates.paths[TopRates.Path(from: "prefill-1", to: "decode-1")] == Double(1 << 20))
        var restarted = new
        restarted.cluster.uptimeS = 3
        #expect(TopRates(from: old, to: restarted) == nil)
        #expect(TopRates(from: old, to: old) == nil)
    }

    @Test func `trouble is said where it is seen, and the last figures stay`() {
        var model = Self.model(workers: 4)
        model.trouble = "127.0.0.1:7400 is away, trying again in 2 s"
        let frame = model.frame(size: Self.small, clock: "")
        #expect(
            frame[5].plain == "127.0.0.1:7400 is away, trying again in 2 s" && frame[5].spans[0].style == .red
        )
        #expect(frame.text.contains("decode-2"))
        model.take(Self.snapshot(workers: 4, seconds: 8))
        #expect(!model.frame(size: Self.small, clock: "").text.contains("is away"))
    }

    @Test(arguments: [
        ([0, 0, 0], 19, [1, 1, 1]), ([4, 2, 3], 19, [5, 3, 4]), ([100, 50, 200], 19, [11, 4, 4]),
        ([2, 50, 200], 19, [3, 12, 4]), ([100, 50, 200], 8, [8, 0, 0]),
    ])
    func `the list that is looked at gets what it needs`(counts: [Int], rows: Int, heights: [Int]) {
        #expect(TopModel.heights(counts, active: .workers, rows: rows) == heights)
    }

    @Test(arguments: [
        (0.0, "0"), (0.25, "0.3"), (9.94, "9.9"), (9.99, "10"), (999, "999"), (1_200, "1.2k"),
        (35_000, "35k"),
        (999_600, "1.0M"),
    ])
    func `counts are short`(value: Double, text: String) {
        #expect(Quantities.frequency(value) == text)
    }
}
