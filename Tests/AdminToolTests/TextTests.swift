import ServingTypes
import Testing
import Wire

@testable import AdminTool

/// What operators read: golden texts, no wider than a terminal.
@Suite struct TextTests {
    private static func address(_ name: String, _ host: String, _ port: UInt16) -> WorkerAddress {
        let worker = WorkerRef(id: WorkerID(rawValue: name), incarnation: Incarnation(rawValue: 1))
        return WorkerAddress(worker: worker, host: host, port: port)
    }

    static func worker(_ name: String, paths: [PathReport]) -> WorkerStatus {
        WorkerStatus(
            address: address(name, "10.0.0.1", 7_401),
            role: .prefill,
            health: .live,
            waiting: 0,
            running: 0,
            queuedTokens: 0,
            blocks: BlockGauges(),
            isDraining: false,
            paths: paths
        )
    }

    static func status(_ workers: [WorkerStatus]) -> StatusReply {
        StatusReply(
            router: "r1",
            uptime: .seconds(59),
            modelName: "tiny",
            requestsInFlight: 0,
            workers: workers
        )
    }

    private func expect(_ text: String, _ golden: String) {
        #expect(text == golden)
        for line in text.split(separator: "\n") {
            #expect(line.count <= 80, "\(line.count) columns: \(line)")
        }
    }

    @Test func `the status shows workers, load and measured links`() {
        var blocks = BlockGauges()
        (blocks.free, blocks.cached, blocks.running) = (400, 72, 40)
        let decode = WorkerStatus(
            address: Self.address("d1", "10.0.0.7", 7_402),
            role: .decode,
            health: .live,
            waiting: 0,
            running: 3,
            queuedTokens: 120,
            blocks: blocks,
            isDraining: false,
            paths: []
        )
        (blocks.free, blocks.cached, blocks.running, blocks.leased) = (0, 0, 500, 12)
        let prefill = WorkerStatus(
            address: Self.address("p1", "10.0.0.12", 7_401),
            role: .prefill,
            health: .live,
            waiting: 2,
            running: 1,
            queuedTokens: 4_096,
            blocks: blocks,
            isDraining: true,
            paths: [
                PathReport(
                    peer: WorkerID(rawValue: "d1"),
                    bytesPerSecond: 1.2 * 1_073_741_824,
                    inFlightBytes: 3 << 20
                ),
                PathReport(
                    peer: WorkerID(rawValue: "d2"),
                    bytesPerSecond: 0,
                    inFlightBytes: 0,
                    isDegraded: true
                ),
            ]
        )
        let status = StatusReply(
            router: "r1",
            uptime: .seconds(7_500),
            modelName: "tiny",
            requestsInFlight: 4,
            workers: [decode, prefill]
        )
        expect(
            StatusCommand.text(of: status),
            """
            router r1, up 2 h 5 min, tiny, 4 requests in flight

            WORKER  ROLE     STATE     ADDRESS         WAIT  RUN  TOKENS  BLOCKS USED
            d1      decode   live      10.0.0.7:7402      0    3     120       40/512
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
        var worker = Self.worker("p1", paths: [])
        worker.paths = (0..<count).map { index in
            var path = PathReport(peer: WorkerID(rawValue: "d\(index)"), bytesPerSecond: 1, inFlightBytes: 0)
            path.isDegraded = index < degraded
            return path
        }
        let text = StatusCommand.text(of: Self.status([worker]))
        #expect(text.split(separator: "\n").last.map(String.init) == line)
    }

    @Test func `the status of an empty cluster says what to do`() {
        let status = StatusReply(
            router: "r1",
            uptime: .seconds(59),
            modelName: "",
            requestsInFlight: 0,
            workers: []
        )
        expect(
            StatusCommand.text(of: status),
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
