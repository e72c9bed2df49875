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

    private static func report(_ change: (inout StageReport) -> Void) -> StageReport {
        var report = StageReport()
        change(&report)
        return report
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

    @Test func `a request's trace shows its attempts and what each stage took`() {
        let lost = PartTrace(
            attemptNumber: 1,
            worker: Self.address("p1", "h", 1).worker,
            kind: .prefill,
            failure: ServingError(.peerLost, "the link was closed")
        )
        let prefill = PartTrace(
            attemptNumber: 2,
            worker: Self.address("p2", "h", 1).worker,
            kind: .prefill,
            report: Self.report {
                $0.queue = .microseconds(1_250)
                $0.prefill = .milliseconds(80)
                $0.computedTokens = 88
                $0.fetch = .microseconds(12_500)
                $0.fetchedTokens = 96
                $0.hitTokens = 16
                $0.transfer = .milliseconds(20)
                $0.exposedTransfer = .milliseconds(4)
                $0.transferBytes = 1_572_864
                $0.wireBytes = 838_860
            },
            codec: .q8,
            budget: KVBudget(tokens: 512),
            fetchSource: Self.address("d2", "h", 1).worker
        )
        let decode = PartTrace(
            attemptNumber: 2,
            worker: Self.address("d1", "h", 1).worker,
            kind: .decode,
            report: Self.report {
                $0.transfer = .milliseconds(21)
                $0.transferBytes = 1_572_864
                $0.decode = .seconds(1)
                $0.outputTokens = 31
            }
        )
        let whole = PartTrace(
            attemptNumber: 3,
            worker: Self.address("d1", "h", 1).worker,
            kind: .whole,
            report: Self.report { $0.outputTokens = 1 }
        )
        let trace = RequestTrace(
            request: RequestID(rawValue: Bytes128(high: 0, low: 255)),
            clientRequestID: "",
            requestClass: "fast",
            state: .finished,
            attempts: 3,
            promptTokens: 200,
            emittedTokens: 32,
            ttft: .milliseconds(90),
            gap: .microseconds(5_500),
            elapsed: .milliseconds(1_200),
            failure: nil,
            parts: [lost, prefill, decode, whole]
        )
        expect(
            RequestCommand.text(of: trace),
            """
            request 000000000000000000000000000000ff, finished
            200 prompt tokens, 32 output tokens, 3 attempts
            TTFT 90.0 ms, hand-off gap 5.5 ms, end to end 1200.0 ms
            class fast

            attempt 1: prefill on p1, failed: peer_lost: the link was closed
              no report

            attempt 2: prefill on p2
              queue     1.3 ms
              prefill   80.0 ms, 88 tokens computed, 16 found in cache
              fetch     12.5 ms, 96 tokens from d2
              transfer  20.0 ms, 1.5 MiB sent, 4.0 ms not hidden
              codec     q8, 819.2 KiB on the wire, KV of 512 tokens

            attempt 2: decode on d1
              transfer  21.0 ms, 1.5 MiB received, 0.0 ms not hidden
              decode    1000.0 ms, 31 tokens

            attempt 3: whole on d1
              queue     0.0 ms
              prefill   0.0 ms, 0 tokens computed, 0 found in cache
              decode    0.0 ms, 1 tokens
            """
        )
    }

    @Test func `a failed request says what its client was told`() {
        let trace = RequestTrace(
            request: RequestID(rawValue: Bytes128(high: 1, low: 0)),
            clientRequestID: "",
            state: .failed,
            attempts: 1,
            promptTokens: 5,
            emittedTokens: 0,
            ttft: nil,
            gap: nil,
            elapsed: nil,
            failure: ServingError(.deadline, "no worker took it in 30 s"),
            parts: []
        )
        expect(
            RequestCommand.text(of: trace),
            """
            request 00000000000000010000000000000000, failed
            5 prompt tokens, 0 output tokens, 1 attempt
            the client was told: deadline: no worker took it in 30 s
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
        #expect(Quantities.milliseconds(.microseconds(1_449)) == "1.4 ms")
        #expect(Quantities.milliseconds(.nanoseconds(1)) == "0.0 ms")
    }
}
