import Foundation
import ServingTypes
import Testing
import Workload

/// A report tells groups of requests and classes of lengths apart.
@Suite struct ReportGroupTests {
    static func report(boundaries: [Int] = [], group: (Int) -> String? = { _ in nil }) throws -> RunReport {
        var settings = try SmallRun.settings(percentiles: [90])
        settings.lengthBoundaries = boundaries
        var builder = ReportBuilder(settings: settings, keepsRows: false)
        for var outcome in SmallRun.outcomes() {
            outcome.group = group(outcome.index)
            builder.add(outcome)
        }
        return builder.report(duration: .seconds(2), tool: "baton-load")
    }

    @Test func `each class of lengths has its own counts and latencies`() throws {
        // Prompts of 50, 80 and 100 tokens; of 200 and, failed, 300; of 400 and 1,000.
        let report = try Self.report(boundaries: [100, 300])
        let expected: [(name: String, completed: Int, failed: Int, tokens: Int, mean: Double, p90: Double)] =
            [
                ("input<=100", 3, 0, 230, 680.0 / 3, 280), ("input 101-300", 1, 1, 200, 150, 150),
                ("input>300", 2, 0, 1_400, 310, 462),
            ]
        #expect(report.groups.count == expected.count)
        for (group, row) in zip(report.groups, expected) {
            #expect(group.name == row.name)
            #expect((group.completed, group.failed) == (row.completed, row.failed), "\(row.name)")
            #expect(group.inputTokens == row.tokens, "\(row.name)")
            let ttft = try #require(group.latencies[.ttft])
            #expect(ttft.count == row.completed && abs(ttft.mean - row.mean) < 1e-6, "\(row.name)")
            // Percentiles come from a histogram of 4 digits.
            #expect(abs(ttft.percentiles[0] - row.p90) < row.p90 * 4e-5, "\(row.name)")
        }
    }

    @Test func `groups stand in the order of their names, before classes of lengths`() throws {
        let report = try Self.report(boundaries: [100]) { $0 < 2 ? "b" : $0 < 6 ? "a" : nil }
        #expect(report.groups.map(\.name) == ["a", "b", "input<=100", "input>100"])
        #expect(report.groups.map(\.completed) == [3, 2, 3, 3])
        #expect(report.groups.map(\.failed) == [1, 0, 0, 1])
        let text = report.summaryText(metrics: [.ttft, .tt2t])
        let lines = text.split(separator: "\n").drop { !$0.contains("Groups (ms)") }
        let cells = lines.map { $0.split(separator: " ").map(String.init) }
        #expect(cells.dropFirst().first == ["group", "done", "failed", "latency", "mean", "median", "p90"])
        #expect(cells.dropFirst(2).first?.prefix(5) == ["a", "3", "1", "TTFT", "306.67"])
        // The heading, that of the table, two rows for each group, the last line.
        #expect(cells.count == 1 + 1 + 8 + 1)
        #expect(!(try Self.report().summaryText().contains("Groups")))
    }

    @Test func `a report with groups reads back as it was written`() throws {
        let report = try Self.report(boundaries: [100]) { "g\($0)" }
        let data = Data(try SmallRun.json(report).utf8)
        #expect(try JSONDecoder().decode(RunReport.self, from: data) == report)
        let forged = Data(try SmallRun.json(report).replacing("\"ttft\" : {", with: "\"speed\" : {").utf8)
        #expect(throws: DecodingError.self) { try JSONDecoder().decode(RunReport.self, from: forged) }
    }

    @Test func `more groups than the limit are counted together`() throws {
        var builder = ReportBuilder(settings: try SmallRun.settings(), keepsRows: false)
        for index in 0..<100 {
            var outcome = RequestOutcome(index: index, scheduled: .zero, promptTokens: 1)
            outcome.group = "tenant \(1_000 + index)"
            builder.add(outcome)
        }
        let groups = builder.report(duration: .seconds(1), tool: "baton-load").groups
        #expect(groups.count == 65)
        #expect(groups.map(\.failed).reduce(0, +) == 100)
        #expect(groups.first { $0.name == "(others)" }?.failed == 36)
    }

    @Test(arguments: [
        ([], true), ([1], true), ([512, 2_048], true), ([0], false), ([9, 9], false), ([2, 1], false),
    ])
    func `boundaries rise from 1`(boundaries: [Int], areUsable: Bool) {
        #expect(RunSettings.areLengthBoundaries(boundaries) == areUsable)
    }
}
