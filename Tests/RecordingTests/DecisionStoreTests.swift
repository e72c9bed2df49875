import Foundation
import GRDB
import ServingTypes
import Testing

@testable import Recording

/// What is kept in the file, for how long, and what is said when that fails.
@Suite struct DecisionStoreTests {
    static func decision(_ number: Int, name: String = "", unixMilliseconds: Int64 = 1_000)
        -> DecisionDocument
    {
        var parts = PlanParts()
        (parts.wait, parts.prefill, parts.firstStep) = (0.001, 0.0205, 0.005)
        var inputs = PlanInputs()
        (inputs.freeBlocks, inputs.linkBytesPerSecond) = (40, 1.25e8)
        let plan = DecisionPlan(
            prefill: "p1",
            decode: "d1",
            fetchSource: "d2",
            budgetTokens: 64,
            ttft: Milliseconds(seconds: 0.0215),
            gap: Milliseconds(seconds: 0.005),
            parts: parts,
            inputs: inputs
        )
        var attempt = DecisionAttempt(
            number: 1,
            policy: .leastTT2T,
            reason: "least predicted time",
            tokens: 200,
            planCount: 7,
            plans: [plan, plan],
            placedAfter: Milliseconds(.microseconds(125)),
            ttft: Milliseconds(.milliseconds(25)),
            gap: Milliseconds(.milliseconds(4))
        )
        var report = StageReport()
        (report.queue, report.hitTokens, report.wireBytes) = (.microseconds(1_500), 16, 7)
        attempt.prefillReport = report
        return DecisionDocument(
            request: "id-\(number)",
            clientRequestID: name,
            tenant: "alice \"the\" great",
            requestClass: "exact",
            submittedUnixMilliseconds: unixMilliseconds,
            state: .finished,
            outcome: "stop",
            promptTokens: 200,
            outputTokens: 9,
            ttft: Milliseconds(.milliseconds(25)),
            gap: Milliseconds(.milliseconds(4)),
            elapsed: Milliseconds(.milliseconds(90)),
            attempts: [attempt]
        )
    }

    static let always = DecisionRetention(maxRows: 1_000, maxAge: .seconds(3_600))

    /// Runs with the path of a file in a new folder.
    static func withPath(_ body: (String) throws -> Void) throws {
        let folder = FileManager.default.temporaryDirectory.appending(path: "decisions-\(UUID())")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer {
            do { try FileManager.default.removeItem(at: folder) } catch { Issue.record("\(error)") }
        }
        try body(folder.appending(path: "d.sqlite").path)
    }

    @Test func `a decision comes back as it was, by its identity and by its client's name, after a restart`()
        throws
    {
        try Self.withPath { path in
            let given = [Self.decision(1, name: "chat"), Self.decision(2, name: "chat"), Self.decision(3)]
            try DecisionStore(path: path).write(given, keeping: Self.always, unixMilliseconds: 1_000)
            let store = try DecisionStore(path: path)
            #expect(try store.decision(named: "id-1") == given[0])
            #expect(try store.decision(named: "chat") == given[1])
            #expect(try store.decision(named: "id-9") == nil)
            #expect(try store.latest(2) == [given[2], given[1]])
            let mode = try store.pool.read { try String.fetchOne($0, sql: "PRAGMA journal_mode") }
            #expect(mode == "wal")
        }
    }

    @Test func `people can search by time, tenant and outcome without reading every row`() throws {
        try Self.withPath { path in
            let store = try DecisionStore(path: path)
            try store.write([Self.decision(1)], keeping: Self.always, unixMilliseconds: 1_000)
            for filter in [
                "unix_ms > 1", "tenant = 'a' AND unix_ms > 1", "outcome = 'stop' AND unix_ms > 1",
                "client_request_id = 'a'", "request = 'a'",
            ] {
                let sql = "EXPLAIN QUERY PLAN SELECT document FROM decisions WHERE \(filter)"
                let plan = try store.pool.read { try Row.fetchOne($0, sql: sql)?["detail"] as String? }
                #expect(plan?.contains("USING INDEX") == true, "\(filter): \(plan ?? "")")
            }
            let row = try store.pool.read {
                try Row.fetchOne(
                    $0,
                    sql:
                        "SELECT ttft_ms, policy, document ->> '$.attempts[0].plans[0].decode' AS d FROM decisions"
                )
            }
            let values = try #require(row)
            let (time, policy, worker): (Double, String, String) = (
                values["ttft_ms"], values["policy"], values["d"]
            )
            #expect(time == 25)
            #expect([policy, worker] == ["least_tt2t", "d1"])
        }
    }

    @Test(arguments: [
        ("the newest rows stay", 3, 3_600, [8, 7, 6]),
        ("rows that are too old go, however few", 100, 4, [8, 7, 6, 5, 4]),
    ])
    func retention(requirement: String, rows: Int, seconds: Int, expected: [Int]) throws {
        try Self.withPath { path in
            let store = try DecisionStore(path: path)
            let retention = DecisionRetention(maxRows: rows, maxAge: .seconds(seconds))
            for number in 1...8 {
                let now = Int64(number * 1_000)
                let decision = Self.decision(number, unixMilliseconds: now)
                try store.write([decision], keeping: retention, unixMilliseconds: now)
            }
            #expect(try store.latest(100).map(\.request) == expected.map { "id-\($0)" }, "\(requirement)")
        }
    }

    @Test func `a file that cannot be used is named with what to do`() throws {
        try Self.withPath { path in
            try Data(repeating: 0x41, count: 8_192).write(to: URL(filePath: path))
            #expect(throws: RecordingError.notADatabase(path: path)) { _ = try DecisionStore(path: path) }
            let nowhere = "\(path).folder/d.sqlite"
            let error = #expect(throws: RecordingError.self) { _ = try DecisionStore(path: nowhere) }
            guard case .notWritable(nowhere, _)? = error else {
                Issue.record("\(error.map { "\($0)" } ?? "no error")")
                return
            }
        }
    }

    @Test func `a file of a later release is left alone`() throws {
        try Self.withPath { path in
            let later = try DecisionStore(path: path)
            try later.pool.write {
                try $0.execute(sql: "INSERT INTO grdb_migrations (identifier) VALUES ('9-later')")
            }
            #expect(throws: RecordingError.newerSchema(path: path, migrations: ["9-later"])) {
                _ = try DecisionStore(path: path)
            }
        }
    }
}
