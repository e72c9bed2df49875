import ArgumentParser
import DaemonKit
import Foundation
import ServingTypes
import Testing

@testable import AdminTool

/// What `batonctl links` prints, for people and for programs.
@Suite struct LinksTests {
    private static func path(
        _ peer: String,
        _ rate: Double,
        samples: Int,
        _ change: (inout PathReport) -> Void = { _ in }
    ) -> PathReport {
        var path = PathReport(
            peer: WorkerID(rawValue: peer),
            bytesPerSecond: rate,
            inFlightBytes: 0,
            sampleCount: samples
        )
        change(&path)
        return path
    }

    private static func link(_ from: String, _ path: PathReport) -> ClusterDocument.Link {
        ClusterDocument.Link(from: WorkerID(rawValue: from), path)
    }

    /// Paths in no order.
    private static let cluster = TextTests.cluster(
        [],
        [
            link(
                "prefill-2",
                path("decode-1", 4e6, samples: 9) {
                    $0.roundTrip = .milliseconds(250)
                    $0.expectedBytesPerSecond = 125e6
                    $0.inFlightBytes = 64 << 20
                    $0.isDegraded = true
                    $0.isBacklogged = true
                    $0.recentBytesPerSecond = 3.5e6
                    $0.deliveredBytes = 1 << 40
                }
            ),
            link(
                "prefill-1",
                path("decode-2", 1.25e9, samples: 3) {
                    $0.isProbed = true
                    $0.roundTrip = .microseconds(120)
                    $0.expectedBytesPerSecond = 1.26e9
                }
            ),
            link("prefill-1", path("decode-1", 0, samples: 0)),
        ]
    )

    @Test func `every path is a line of at most 80 columns, by sender and receiver`() {
        let text = LinksCommand.list(of: LinksCommand.links(of: Self.cluster, onlyDegraded: false)).text
        let golden = """
            FROM       TO             RATE  SOURCE       RTT  FLIGHT   EXPECTED  STATE
            prefill-1  decode-1          -  prior          -     0 B          -  ok
            prefill-1  decode-2  1.2 GiB/s  probed    120 us     0 B  1.2 GiB/s  ok
            prefill-2  decode-1  3.8 MiB/s  measured  250 ms  64 MiB  119 MiB/s  degraded
            """
        #expect(text == golden)
        for line in text.split(separator: "\n") { #expect(line.count <= 80, "\(line)") }
    }

    @Test func `the filter leaves what is degraded, and says so when nothing is`() {
        let links = LinksCommand.links(of: Self.cluster, onlyDegraded: true)
        #expect(links.map(\.from) == ["prefill-2"])
        #expect(LinksCommand.nothing(onlyDegraded: true).plain == "No path is degraded.")
        let none = LinksCommand.nothing(onlyDegraded: false).plain
        #expect(none.hasPrefix("No path has been used:") && none.count <= 80)
    }

    @Test func `programs get bytes per second, and null where nothing is known`() throws {
        let links = LinksCommand.links(of: Self.cluster, onlyDegraded: false)
        let text = try DocumentValue(links).json()
        let parsed = try JSONSerialization.jsonObject(with: Data(text.utf8))
        let objects = try #require(parsed as? [[String: Any]])
        #expect(objects.map { $0["to"] as? String } == ["decode-1", "decode-2", "decode-1"])
        let keys = [
            "backlogged", "bytes_per_second", "degraded", "delivered_bytes", "expected_bytes_per_second",
            "from", "in_flight_bytes", "recent_bytes_per_second", "round_trip_ms", "samples", "source", "to",
        ]
        for object in objects { #expect(object.keys.sorted() == keys) }
        #expect(objects[0]["bytes_per_second"] is NSNull && objects[0]["round_trip_ms"] is NSNull)
        #expect(objects[0]["source"] as? String == "prior" && objects[1]["source"] as? String == "probed")
        #expect(objects[2]["bytes_per_second"] as? Double == 4e6)
        #expect(objects[2]["round_trip_ms"] as? Double == 250)
        #expect(objects[2]["in_flight_bytes"] as? Int == 64 << 20)
        #expect(objects[2]["delivered_bytes"] as? Int == 1 << 40)
        #expect(objects[2]["degraded"] as? Bool == true && objects[0]["degraded"] as? Bool == false)
        #expect(try DocumentValue([ClusterDocument.Link]()).json().filter { !$0.isWhitespace } == "[]")
        #expect(try DocumentJSON.decode([ClusterDocument.Link].self, from: text) == links)
    }

    @Test func `the matrix has senders as rows, and marks what is degraded or not measured`() {
        let links = LinksCommand.links(of: Self.cluster, onlyDegraded: false)
        let matrix = LinksCommand.lines(of: links, isMatrix: true, isForced: false, width: 80)
        let golden = """
            FROM \\ TO     decode-1   decode-2
            prefill-1            ?  1.2 GiB/s
            prefill-2  3.8 MiB/s !

            ! far below what is expected, ? not measured yet
            """
        #expect(matrix.text == golden)
        #expect(matrix[2].spans.contains { $0.text == "3.8 MiB/s !" && $0.style == .red })
        // Where it does not fit it is a list, unless it was demanded.
        let list = LinksCommand.list(of: links)
        #expect(LinksCommand.lines(of: links, isMatrix: true, isForced: false, width: 20) == list)
        #expect(LinksCommand.lines(of: links, isMatrix: true, isForced: true, width: 20) == matrix)
    }

    @Test(arguments: [
        (0, "0 B"), (999, "999 B"), (1_000, "1.0 KiB"), (1_023, "1.0 KiB"), (10_188, "9.9 KiB"),
        (10_189, "10 KiB"), (1_023_000, "999 KiB"), (1_023_999, "1.0 MiB"), (3 << 30, "3.0 GiB"),
        (5 << 50, "5120 TiB"),
    ])
    func `short sizes have at most three digits`(count: Int, text: String) {
        #expect(Quantities.short(Double(count)) == text)
    }

    @Test(arguments: [
        (0, "0 us"), (999, "999 us"), (1_000, "1.0 ms"), (9_949, "9.9 ms"), (9_951, "10 ms"),
        (250_400, "250 ms"), (999_499, "999 ms"), (999_500, "1.0 s"), (12_400_000, "12 s"),
    ])
    func `short times have at most three digits`(microseconds: Int, text: String) {
        #expect(Quantities.shortTime(.microseconds(microseconds)) == text)
    }

    @Test func `help fits a terminal of 80 columns and 24 lines`() {
        let commands: [any ParsableCommand.Type] = [
            StatusCommand.self, TopCommand.self, LinksCommand.self, ExplainCommand.self, DrainCommand.self,
            ResumeCommand.self, PoolsCommand.self, RoleSetCommand.self, CertsCommand.Show.self,
            ModelCommand.Show.self, WorkersListCommand.self, WorkersGetCommand.self,
            WorkersCordonCommand.self, WorkersRemoveCommand.self, RequestsCommand.self, LoadsCommand.self,
            ModelsCommand.self, FlushCacheCommand.self, VersionCommand.self,
        ]
        for text in commands.map({ BatonControl.helpMessage(for: $0, columns: 80) }) {
            let lines = text.split(separator: "\n", omittingEmptySubsequences: false)
            for line in lines { #expect(line.count <= 80, "\(line)") }
            #expect(lines.count <= 24, "\(lines.count) lines: \(text)")
        }
        // The list of all commands may be longer, not wider.
        let overview = BatonControl.helpMessage(columns: 80).split(separator: "\n")
        #expect(overview.count <= 36 && overview.allSatisfy { $0.count <= 80 }, "\(overview)")
    }
}
