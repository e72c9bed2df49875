import Foundation
import Testing

@testable import Observability

@Suite struct AlertRuleTests {
    /// The rules as blocks of lines; the files are ours, with one key per line.
    private func rules() throws -> [(name: String, text: String)] {
        let text = try RepositoryFile.text("deploy/prometheus/alerts.yml")
        return text.components(separatedBy: "\n      - ").dropFirst().compactMap { block in
            guard let match = block.prefixMatch(of: #/(?:alert|record): (?<name>\S+)/#) else { return nil }
            return (String(match.name), block)
        }
    }

    /// The expression of a rule, on one line or several.
    private func expression(_ rule: String) -> String {
        let lines = rule.split(separator: "\n").drop { !$0.contains("expr:") }
        let rest = lines.dropFirst().prefix { $0.hasPrefix("          ") }
        let first = lines.first?.split(separator: "expr:", maxSplits: 1).last ?? ""
        return ([first] + rest).joined(separator: " ")
    }

    @Test("every alert has an expression over declared metrics, a time, a severity and two sentences")
    func rulesAreWhole() throws {
        let rules = try rules()
        let recorded = Set(rules.map(\.name).filter { $0.contains(":") })
        let alerts = rules.filter { !$0.name.contains(":") }
        for (name, text) in rules {
            let query = try QueryText(expression(text))
            #expect(!query.metrics.isEmpty, "\(name)")
            #expect(query.problems(recorded: recorded).isEmpty, "\(name): \(query.problems())")
        }
        for (name, text) in alerts {
            for part in ["\n        for: ", "severity: ", "summary: ", "description: "] {
                #expect(text.contains(part), "\(name) lacks \(part)")
            }
            #expect(text.contains("severity: warning") || text.contains("severity: critical"), "\(name)")
        }
        let wanted = [
            "BatonDaemonDown", "BatonWorkerLost", "BatonNoDecodeWorker", "BatonPathDegraded",
            "BatonFirstTokenSLOBurn", "BatonQueueGrowing", "BatonKVNearlyFull", "BatonTransfersFailing",
            "BatonChunksDamaged", "BatonLeasesExpiring", "BatonCertificateExpiring",
            "BatonCertificateExpiresNow", "BatonRouterSaturated",
        ]
        #expect(alerts.map(\.name) == wanted)
    }

    @Test("every alert is exercised by the rules' own tests")
    func rulesAreTested() throws {
        let tests = try RepositoryFile.text("deploy/prometheus/alerts.test.yml")
        for (name, _) in try rules() where !name.contains(":") {
            #expect(
                tests.contains("alertname: \(name)\n        exp_alerts:\n"),
                "\(name) never fires in a test"
            )
        }
    }

    @Test("the SLO of the first token lies on a bucket")
    func slo() throws {
        let text = try RepositoryFile.text("deploy/prometheus/alerts.yml")
        let limits = text.matches(of: #/first_token_seconds_bucket\{le="(?<bound>[^"]+)"\}/#)
            .compactMap { Double($0.bound) }
        #expect(!limits.isEmpty && limits.allSatisfy { MetricBounds.requestSeconds.contains($0) })
    }

    @Test(
        "promtool accepts the configuration and the rules, and their tests pass",
        .enabled(if: promtool != nil, "promtool is not installed (Debian: apt install prometheus)"),
        arguments: [
            ["check", "config", "prometheus.yml"], ["check", "rules", "alerts.yml"],
            ["test", "rules", "alerts.test.yml"],
        ]
    )
    func accepted(arguments: [String]) throws {
        let program = try #require(Self.promtool)
        let (status, output) = try run(program, arguments)
        #expect(status == 0, "\(output)")
    }

    @Test(
        "promtool finds nothing to object to in what daemons show",
        .enabled(if: promtool != nil, "promtool is not installed (Debian: apt install prometheus)")
    )
    func exposition() throws {
        let program = try #require(Self.promtool)
        for exporter in [MetricExporter.router, .worker] {
            let registry = PrometheusRegistry()
            if exporter == .router {
                _ = RouterMetrics(in: registry)
            } else {
                _ = WorkerMetrics(in: registry)
            }
            let (status, output) = try run(program, ["check", "metrics"], input: registry.render())
            #expect(status == 0, "\(output)")
        }
    }

    /// Where promtool is, if anywhere.
    static let promtool: String? = (ProcessInfo.processInfo.environment["PATH"] ?? "").split(separator: ":")
        .map { "\($0)/promtool" }.first { FileManager.default.isExecutableFile(atPath: $0) }

    private func run(
        _ program: String,
        _ arguments: [String],
        input: [UInt8] = []
    ) throws -> (status: Int32, output: String) {
        let process = Process()
        process.executableURL = URL(filePath: program)
        process.arguments = arguments
        process.currentDirectoryURL = RepositoryFile.root.appending(path: "deploy/prometheus")
        // A file, because a pipe that nobody reads would hold both up.
        let folder = FileManager.default.temporaryDirectory
        let file = folder.appending(path: "promtool-\(UUID().uuidString)")
        try Data(input).write(to: file)
        defer { try? FileManager.default.removeItem(at: file) }
        let output = Pipe()
        process.standardInput = try FileHandle(forReadingFrom: file)
        process.standardOutput = output
        process.standardError = output
        try process.run()
        let text = String(decoding: output.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
        process.waitUntilExit()
        return (process.terminationStatus, text)
    }
}
