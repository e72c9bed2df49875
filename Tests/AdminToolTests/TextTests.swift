import DaemonKit
import ServingTypes
import Testing

@testable import AdminTool

/// What operators read: golden texts, no wider than a terminal.
@Suite struct TextTests {
    static func worker(_ name: String, _ role: String, _ address: String) -> ClusterDocument.Worker {
        ClusterDocument.Worker(
            name: name,
            role: role,
            state: .live,
            address: address,
            model: "tiny",
            contextTokens: 4_096,
            maxRunning: 64,
            blocksTotal: 512
        )
    }

    static func cluster(
        _ workers: [ClusterDocument.Worker],
        _ links: [ClusterDocument.Link] = []
    ) -> ClusterDocument {
        var cluster = ClusterDocument(router: "r1", version: "0.1.0", uptimeS: 59, model: "tiny")
        cluster.workers = workers
        cluster.links = links
        cluster.linkCount = links.count
        return cluster
    }

    static func link(_ from: String, _ to: String, isDegraded: Bool) -> ClusterDocument.Link {
        var path = PathReport(peer: WorkerID(rawValue: to), bytesPerSecond: 1, inFlightBytes: 0)
        path.isDegraded = isDegraded
        return ClusterDocument.Link(from: WorkerID(rawValue: from), path)
    }

    private func expect(_ text: String, _ golden: String) {
        #expect(text == golden)
        for line in text.split(separator: "\n") {
            #expect(line.count <= 80, "\(line.count) columns: \(line)")
        }
    }

    @Test func `the status shows workers, load and measured links`() {
        var decode = Self.worker("d1", "decode", "10.0.0.7:7402")
        (decode.running, decode.queuedTokens, decode.blocksUsed) = (3, 120, 40)
        var lost = Self.worker("d2", "decode", "10.0.0.8:7402")
        lost.state = .dead
        var prefill = Self.worker("p1", "prefill", "10.0.0.12:7401")
        (prefill.waiting, prefill.running, prefill.queuedTokens, prefill.blocksUsed) = (2, 1, 4_096, 512)
        prefill.state = .draining
        var cluster = Self.cluster(
            [decode, lost, prefill],
            [Self.link("p1", "d1", isDegraded: false), Self.link("p1", "d2", isDegraded: true)]
        )
        (cluster.uptimeS, cluster.requestsInFlight) = (7_500.4, 4)
        expect(
            StatusCommand.lines(of: cluster).text,
            """
            router r1, up 2 h 5 min, tiny, 4 requests in flight

            WORKER  ROLE     STATE     ADDRESS         WAIT  RUN  TOKENS  BLOCKS USED
            d1      decode   live      10.0.0.7:7402      0    3     120       40/512
            d2      decode   dead      10.0.0.8:7402      -    -       -            -
            p1      prefill  draining  10.0.0.12:7401     2    1    4096      512/512

            2 paths between workers, 1 degraded: see batonctl links --degraded
            """
        )
    }

    @Test(arguments: [
        (0, 0, "no path between workers used yet"), (1, 0, "1 path between workers, none degraded"),
        (12, 0, "12 paths between workers, none degraded"),
        (12, 3, "12 paths between workers, 3 degraded: see batonctl links --degraded"),
    ])
    func `the status counts paths`(count: Int, degraded: Int, line: String) {
        let links = (0..<count).map { Self.link("p1", "d\($0)", isDegraded: $0 < degraded) }
        let text = StatusCommand.lines(of: Self.cluster([Self.worker("p1", "prefill", "h:1")], links)).text
        #expect(text.split(separator: "\n").last.map(String.init) == line)
    }

    @Test func `the status of an empty cluster says what to do`() {
        var cluster = Self.cluster([])
        cluster.model = ""
        expect(
            StatusCommand.lines(of: cluster).text,
            """
            router r1, up 59 s, no model yet, 0 requests in flight

            No worker is connected: start one, or look into its log.
            """
        )
    }

    @Test func `columns are as wide as their widest cell, and only quantities stand to the right`() {
        var table = TextTable(["NAME", "N", "SIZE", "ADDRESS"])
        table.add(["2nd-worker", "5", "1.5 GiB", "127.0.0.1:80"])
        table.add(["a", "-", "12/64", "10.0.0.1:7400"])
        let golden = """
            NAME        N     SIZE  ADDRESS
            2nd-worker  5  1.5 GiB  127.0.0.1:80
            a           -    12/64  10.0.0.1:7400
            """
        #expect(table.text == golden)
        #expect(TextTable(["A", "B"]).text == "A  B")
    }

    @Test(arguments: [
        (0, "0 B"), (1_023, "1023 B"), (1_024, "1.0 KiB"), (1_536, "1.5 KiB"), (1 << 20, "1.0 MiB"),
        (3 << 30, "3.0 GiB"), (5 << 40, "5.0 TiB"), (5 << 50, "5120.0 TiB"),
    ])
    func `bytes are shown in the largest unit that fits`(count: Int, text: String) {
        #expect(Quantities.bytes(count) == text)
    }

    @Test(arguments: [
        (0, "0 s"), (59, "59 s"), (60, "1 min"), (3_599, "59 min"), (3_600, "1 h 0 min"),
        (90_061, "25 h 1 min"),
    ])
    func `uptimes are shown in the unit of their size`(seconds: Int, text: String) {
        #expect(Quantities.uptime(.seconds(seconds)) == text)
    }

    @Test func `rates and times have one digit after the point`() {
        #expect(Quantities.rate(0) == "-")
        #expect(Quantities.rate(1_000) == "1000 B/s")
        #expect(Quantities.rate(2_621_440) == "2.5 MiB/s")
        #expect(Quantities.plainMilliseconds(Milliseconds(.microseconds(1_449))) == "1.4")
        #expect(Quantities.plainMilliseconds(Milliseconds(.nanoseconds(1))) == "0.0")
        #expect(Quantities.plainMilliseconds(Milliseconds(.milliseconds(12_345))) == "12345")
    }
}
