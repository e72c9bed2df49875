import Benchmarks
import Foundation
import ServingTypes
import Testing
import Workload

@testable import LoadTool

@Suite struct FailureTests {
    struct Row: Sendable {
        var behaviour: NullBehaviour
        var reason: FailureReason
        var detail: String
        var chunks = 0
    }

    private static var impatient: ClientLimits {
        var limits = ClientLimits()
        limits.firstByte = .milliseconds(150)
        limits.idle = .milliseconds(150)
        return limits
    }

    @Test(arguments: [
        Row(behaviour: .fail, reason: .serverError, detail: "HTTP 500: as asked"),
        Row(behaviour: .refuse, reason: .rejected, detail: "HTTP 429: as asked"),
        Row(behaviour: .garbage, reason: .malformed, detail: "not HTTP/1.1"),
        Row(behaviour: .nonsense, reason: .malformed, detail: "bad event"),
        Row(behaviour: .truncate, reason: .streamTruncated, detail: "after 3 pieces", chunks: 3),
        Row(behaviour: .close, reason: .connectionLost, detail: "connection closed", chunks: 3),
        Row(behaviour: .reset, reason: .connectionLost, detail: "connection reset", chunks: 3),
        Row(behaviour: .silence, reason: .timeout, detail: "first byte limit of 0.15 s"),
        Row(behaviour: .stall, reason: .timeout, detail: "idle limit of 0.15 s", chunks: 3),
        Row(behaviour: .report, reason: .streamError, detail: "as asked", chunks: 3),
    ])
    func `each way to fail has its name, its detail, and the tokens that came before`(row: Row) throws {
        var settings = NullServerSettings()
        settings.behaviour = row.behaviour
        settings.tokenDelay = .milliseconds(5)
        let record = try Runs.with(settings, limits: Self.impatient) {
            try $0.run(8, arrivals: .closedLoop(concurrency: 2))
        }
        #expect(record.outcomes.count == 8)
        for outcome in record.outcomes {
            #expect(outcome.failure == row.reason, "\(outcome.failureDetail ?? "no failure")")
            #expect(outcome.failureDetail?.contains(row.detail) == true, "\(outcome.failureDetail ?? "")")
            // A reset may overtake what was sent before it.
            #expect(row.behaviour == .reset ? outcome.chunks.count <= 3 : outcome.chunks.count == row.chunks)
        }
    }

    @Test func `a kept connection that the server has closed costs no request`() throws {
        var settings = NullServerSettings()
        settings.behaviour = .expire
        let record = try Runs.with(settings) { try $0.run(300, arrivals: .closedLoop(concurrency: 4)) }
        #expect(record.outcomes.count == 300)
        #expect(
            record.outcomes.allSatisfy { $0.failure == nil },
            "\(record.outcomes.compactMap(\.failureDetail))"
        )
    }

    @Test func `a port on which nobody listens is refused at once`() throws {
        let server = try NullServer.start(NullServerSettings())
        let port = server.port
        try server.stop()
        let runs = Runs(
            target: try Runs.target(ServerAddress(host: "127.0.0.1", port: port)),
            limits: ClientLimits()
        )
        let record = try runs.run(3, arrivals: .allAtOnce)
        #expect(record.outcomes.map(\.failure) == [.connectFailed, .connectFailed, .connectFailed])
        #expect(record.outcomes[0].failureDetail?.contains("connection refused") == true)
    }

    @Test func `a whole answer that is no JSON is malformed`() throws {
        var settings = NullServerSettings()
        settings.behaviour = .nonsense
        let record = try Runs.with(settings, isStreamed: false) { try $0.run(2, arrivals: .allAtOnce) }
        #expect(record.outcomes.map(\.failure) == [.malformed, .malformed])
    }

    @Test func `a process is killed at its time, and the moment is kept`() throws {
        let victim = Process()
        victim.executableURL = URL(fileURLWithPath: "/bin/sleep")
        victim.arguments = ["60"]
        try victim.run()
        let fault = Fault(
            kind: .kill(worker: "victim", process: victim.processIdentifier, signal: .kill),
            time: .milliseconds(50)
        )
        let faults = try FaultSchedule([fault])
        faults.start(.now)
        victim.waitUntilExit()
        #expect(victim.terminationReason == .uncaughtSignal && victim.terminationStatus == 9)
        faults.finish()
        #expect(faults.problems.isEmpty)
        let kept = try #require(faults.facts["kill"])
        #expect(kept.hasPrefix("victim:KILL@0."))
        #expect(throws: LoadToolError.self) { try FaultSchedule([fault]) }
    }
}
