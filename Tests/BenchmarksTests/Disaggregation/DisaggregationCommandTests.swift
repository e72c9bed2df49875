import ArgumentParser
import Testing

@testable import Benchmarks

/// Arguments and settings of what compares clusters, and what memory texts mean.
@Suite struct DisaggregationCommandTests {
    @Test(arguments: [
        (["--engines", "gpu"], "--engines has gpu; use cpu, paced"), (["--pairs", "5"], "--pairs is 5"),
        (["--prompt-tokens", "0"], "--prompt-tokens has 0"), (["--requests", "0"], "--requests is 0"),
        (["--output-tokens", "1"], "--output-tokens is 1"), (["--threads", "0"], "--threads is 0"),
    ])
    func `pd refuses what it cannot measure`(arguments: [String], sentence: String) {
        let error = #expect(throws: (any Error).self) { try DisaggregationCommand.parse(arguments) }
        let text = error.map { DisaggregationCommand.message(for: $0) } ?? ""
        #expect(text.contains(sentence), "\(text)")
    }

    @Test(arguments: [["--links", "15"], ["--links", "513"]])
    func `idle-links refuses what it cannot measure`(arguments: [String]) {
        #expect(throws: (any Error).self) { try IdleLinksCommand.parse(arguments) }
    }

    @Test func `both clusters differ in their workers and in nothing else`() throws {
        let options = try DisaggregationCommand.parse(["--threads", "3", "--model", "/m.gguf"]).options()
        var plan = ServingPlan(shape: .single, engine: .cpu, threads: options.threads, model: options.model)
        let (router, worker) = (plan.routerYAML, plan.workerYAML(name: "w", router: "127.0.0.1:1"))
        plan.shape = .split
        #expect(plan.workerYAML(name: "w", router: "127.0.0.1:1") == worker)
        #expect(plan.routerYAML == router.replacing("local_prefill: true", with: "local_prefill: false"))
        #expect(worker.contains("threads: 3") && worker.contains("model: \"/m.gguf\""))
    }

    @Test(arguments: [
        (
            "00-ff ---p 00000000 00:00 0 [rollup]\nRss:  1024 kB\nPss:  512 kB\nPss_Dirty: 1 kB\n", 1 << 20,
            512 << 10
        ),
        ("Pss: 3 kB\nRss: 4 kB\n", 4 << 10, 3 << 10),
    ])
    func `memory of a process`(text: String, resident: Int, proportional: Int) {
        let memory = ProcessMemory(smapsRollup: text)
        #expect(memory?.resident == resident && memory?.proportional == proportional)
    }

    @Test(arguments: ["", "Rss: 4 kB", "Rss: many kB\nPss: 3 kB"])
    func `memory that is not stated is not guessed`(text: String) {
        #expect(ProcessMemory(smapsRollup: text) == nil)
    }

    @Test(arguments: [(64 << 10, true), ((64 << 10) + 1, false)])
    func `a link may take 64 KiB in any process`(bytes: Int, holds: Bool) throws {
        let before = try #require(ProcessMemory(smapsRollup: "Rss: 1000 kB\nPss: 1000 kB"))
        var after = before
        after.proportional += bytes * 10
        let small = IdleLinksReport.Side("a", links: 10, before: before, after: before)
        let report = IdleLinksReport(
            links: 10,
            sides: [IdleLinksReport.Side("b", links: 10, before: before, after: after), small]
        )
        #expect(report.bytesPerLink == bytes && report.holds == holds)
    }
}
