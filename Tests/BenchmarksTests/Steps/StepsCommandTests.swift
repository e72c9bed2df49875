import ArgumentParser
import Foundation
import ServingTypes
import Testing

@testable import Benchmarks

/// Arguments, settings and reports of the benchmarks of steps.
@Suite struct StepsCommandTests {
    @Test(arguments: [
        (["--engine", "gpu"], "--engine is gpu"), (["--threads", "0"], "--threads is 0"),
        (["--rounds", "0"], "must be at least 1"), (["--long-tokens", "100"], "--long-tokens is 100"),
    ])
    func `preempt refuses what it cannot measure`(arguments: [String], sentence: String) {
        let error = #expect(throws: (any Error).self) { try PreemptCommand.parse(arguments) }
        let text = error.map { PreemptCommand.message(for: $0) } ?? ""
        #expect(text.contains(sentence), "\(text)")
    }

    @Test func `cost refuses what it cannot measure`() {
        #expect(throws: (any Error).self) { try CostCommand.parse(["--requests", "0"]) }
        #expect(throws: (any Error).self) { try CostCommand.parse(["--engine", ""]) }
    }

    @Test func `a profile keeps its times and gets small KV`() throws {
        let folder = FileManager.default.temporaryDirectory.appending(path: "steps-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { #expect(throws: Never.self) { try FileManager.default.removeItem(at: folder) } }
        let path = folder.appending(path: "profile.yaml")
        let text = "# kv_head_count: 9\nkv_head_count: 8\nhead_dim: 128\nlayer_count: 32\n"
        try Data(text.utf8).write(to: path)
        let plan = StepsPlan(engine: .paced(profile: path.path))
        #expect(
            try plan.profileYAML() == "# kv_head_count: 9\nkv_head_count: 1\nhead_dim: 8\nlayer_count: 32\n"
        )
        let missing = StepsPlan(engine: .paced(profile: path.path + "x"))
        #expect(throws: BenchFailure.self) { try missing.profileYAML() }
        #expect(try StepsPlan(engine: .cpu(model: "m", threads: 1)).profileYAML() == nil)
    }

    @Test func `the share within 20 % counts steps, not kinds`() throws {
        let rows = [
            CostReport.Row(kind: "prefill", steps: 10, within20: 0.5, bias: 0),
            CostReport.Row(kind: "decode", steps: 90, within20: 1, bias: 0.1),
            CostReport.Row(kind: "mixed", steps: 0, within20: 0, bias: 0),
        ]
        let report = CostReport(rows: rows, prior: CostCoefficients(), fitted: nil)
        #expect(abs(report.within20 - 0.95) < 1e-12)
        let json = try ReportText.json(report)
        for key in ["\"bench\":\"cost\"", "\"within_20\":0.95", "\"prior\":{", "\"rows\":["] {
            #expect(json.contains(key), "\(key) is not in \(json)")
        }
    }
}
