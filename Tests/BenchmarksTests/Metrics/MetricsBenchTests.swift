import ArgumentParser
import ServingTypes
import Testing

@testable import Benchmarks

/// What `baton-bench metrics` takes, reads and counts.
@Suite struct MetricsBenchTests {
    @Test(arguments: [
        (["--workers", "1"], "--workers is 1; use 2 to 2048"),
        (["--workers", "2049"], "--workers is 2049; use 2 to 2048"),
        (["--paths", "0"], "--paths is 0; use 1 to 16"),
        (["--streams", "65"], "--streams is 65; use 1 to 64"),
        (["--tokens", "9"], "--tokens is 9; use 10 to 100000"),
        (["--interval-ms", "0"], "--interval-ms is 0; use 1 to 1000"),
        (["--rounds", "0"], "--rounds is 0; use 1 to 100"),
    ])
    func `a number outside of its limits is named with them`(arguments: [String], message: String) {
        #expect {
            _ = try MetricsCommand.parse(arguments)
        } throws: {
            MetricsCommand.message(for: $0).contains(message)
        }
    }

    @Test func `the standard run has a thousand workers`() throws {
        let options = try MetricsCommand.parse([]).options()
        #expect(options.workers == 1_000 && options.interval == .milliseconds(5) && !options.vllmNames)
    }

    @Test func `a token's delay counts once, from its own departure`() {
        let ledger = TokenLedger(streams: 2)
        for _ in 0..<3 { ledger.send(0) }
        ledger.receive(0, through: 2)
        ledger.receive(0, through: 2)
        ledger.receive(0, through: 9)  // More than was sent: not a count of this round.
        ledger.receive(1, through: 1)
        let delays = ledger.takeDelays()
        #expect(delays.count == 2 && delays.allSatisfy { $0 >= 0 })
        ledger.send(0)
        ledger.receive(0, through: 1)
        #expect(ledger.takeDelays().count == 1, "every round starts at the first token")
    }

    @Test func `a page's series are counted and read`() {
        let text = "# HELP a A.\n# TYPE a gauge\na{k=\"v\"} 1.5\na{k=\"w\"} 2\n"
        let page = MetricsPage(text: text[...], seconds: 0)
        #expect(page.seriesCount == 2)
        #expect(page.value("a{k=\"w\"}") == 2 && page.value("a{k=\"x\"}") == nil)
    }

    @Test func `recording takes far less than a token's time`() {
        #expect(RecordingCost.observation() < 10_000 && RecordingCost.addition() < 10_000)
    }
}
