import ArgumentParser
import DaemonKit
import Foundation
import ServingTypes
import Testing

@testable import AdminTool

/// What `batonctl pools` and `batonctl role set` print.
@Suite struct PoolsTests {
    static let report: PoolsReport = {
        var report = PoolsReport()
        report.mode = .advise
        report.pools = [
            PoolStanding(
                site: "",
                role: .prefill,
                workers: 2,
                capacity: 12.5,
                demand: 11,
                queued: .milliseconds(420)
            ),
            PoolStanding(site: "", role: .decode, workers: 6, capacity: 0, demand: 11, queued: .zero),
        ]
        report.advice = PoolAdvice(
            worker: WorkerID(rawValue: "decode-3"),
            site: "",
            role: .prefill,
            gain: 0.3
        )
        report.verdict = "the change is due; pools.balance: on would order it"
        report.shortTokens = 384
        report.prefillClasses = [
            PrefillClassStanding(worker: WorkerID(rawValue: "prefill-1"), kind: .short),
            PrefillClassStanding(worker: WorkerID(rawValue: "prefill-2"), kind: .long),
        ]
        report.sites = [
            SiteStanding(
                site: "berlin",
                isOutgoing: true,
                utilisation: 0.83,
                queued: .milliseconds(90),
                sharesPrefixes: false
            )
        ]
        report.thresholds = [
            OffloadStanding(
                decode: WorkerID(rawValue: "decode-1"),
                prefill: WorkerID(rawValue: "prefill-2"),
                tokens: 700
            ),
            OffloadStanding(
                decode: WorkerID(rawValue: "decode-2"),
                prefill: WorkerID(rawValue: "prefill-1"),
                tokens: nil
            ),
        ]
        return report
    }()

    @Test func `people see balance, pools, classes, sites and thresholds`() {
        let expected = """
            Balance: advise, 0 role changes ordered.
            Best change: decode-3 to prefill, throughput +30 %.
            Now: the change is due; pools.balance: on would order it.

            SITE  ROLE     WORKERS  CAPACITY  DEMAND  USED  QUEUE
            -     prefill  2        12.5/s    11.0/s  88 %  420 ms
            -     decode   6        -         11.0/s  -     0 us

            PREFILL    PROMPTS
            prefill-1  up to 384 tokens
            prefill-2  over 384 tokens

            SITE    WAY  USED  QUEUE  PREFIXES
            berlin  out  83 %  90 ms  own only

            DECODE    PREFILL    OFFLOAD FROM
            decode-1  prefill-2  700 tokens
            decode-2  prefill-1  never
            """
        func words(_ text: String) -> [[Substring]] {
            text.split(separator: "\n", omittingEmptySubsequences: false).map { $0.split(separator: " ") }
        }
        #expect(words(PoolsCommand.text(of: PoolsDocument(Self.report))) == words(expected))
        #expect(
            PoolsCommand.text(of: PoolsDocument(PoolsReport())) == "Balance: off, 0 role changes ordered."
        )
    }

    @Test func `programs get the same as JSON`() throws {
        let text = try DocumentValue(PoolsDocument(Self.report)).json()
        let object = try #require(JSONSerialization.jsonObject(with: Data(text.utf8)) as? [String: Any])
        #expect(object["balance"] as? String == "advise" && object["short_tokens"] as? Int == 384)
        let pools = try #require(object["pools"] as? [[String: Any]])
        #expect(pools.map { $0["capacity_requests_per_second"] as? Double } == [12.5, nil])
        let thresholds = try #require(object["offload_thresholds"] as? [[String: Any]])
        #expect(thresholds.map { $0["tokens"] as? Int } == [700, nil])
        let advice = try #require(object["advice"] as? [String: Any])
        #expect(advice["worker"] as? String == "decode-3" && advice["gain"] as? Double == 0.3)
    }

    @Test func `a role is set by its name, and only by that`() throws {
        let arguments = ["role", "set", "d1", "prefill", "--wait"]
        let command = try #require(try BatonControl.parseAsRoot(arguments) as? RoleSetCommand)
        #expect(command.worker == "d1" && command.role == .prefill && command.wait)
        #expect(throws: (any Error).self) { try BatonControl.parseAsRoot(["role", "set", "d1", "router"]) }
        var answer = RoleAnswer(wanted: .prefill, current: .decode, requests: 3, leases: 1)
        let text = RoleSetCommand.text(of: answer, "d1")
        #expect(text == "d1 ends its work as a decode worker: 3 requests, 1 transfers left")
        answer.current = .prefill
        #expect(RoleSetCommand.text(of: answer, "d1") == "d1 is a prefill worker")
    }
}
