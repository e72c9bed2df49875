import ServingTypes
import Testing

@testable import AdminTool

/// What `batonctl explain` shows, within 80 columns.
@Suite struct ExplainTests {
    private static func ms(_ value: Double) -> Milliseconds { Milliseconds(seconds: value / 1_000) }

    /// A plan whose parts are given in milliseconds.
    private static func plan(
        _ prefill: String?,
        _ decode: String,
        wait: Double,
        prefill time: Double,
        transfer: Double = 0,
        _ change: (inout DecisionPlan) -> Void = { _ in }
    ) -> DecisionPlan {
        var parts = PlanParts()
        (parts.wait, parts.prefill, parts.transfer) = (wait / 1e3, time / 1e3, transfer / 1e3)
        (parts.admission, parts.firstStep, parts.harm) = (0.004, 0.0055, prefill == nil ? 0.03 : 0)
        var inputs = PlanInputs()
        (inputs.queuedTokens, inputs.freeBlocks) = (Int(wait * 100), 4_000)
        inputs.linkBytesPerSecond = prefill == nil ? 0 : 1.25e8
        inputs.linkBacklog = ms(prefill == nil ? 0 : 1.2)
        let local = prefill == nil ? 4.0 : 0
        var plan = DecisionPlan(
            prefill: prefill,
            decode: decode,
            transferBytes: prefill == nil ? 0 : 1_572_864,
            wireBytes: prefill == nil ? 0 : 1_572_864,
            ttft: ms(wait + time + local),
            gap: ms(transfer + 9.5 - local),
            parts: parts,
            inputs: inputs
        )
        change(&plan)
        return plan
    }

    private static func attempt(
        _ plans: [DecisionPlan],
        number: Int = 1,
        ttft: Double? = nil,
        gap: Double? = nil,
        _ change: (inout DecisionAttempt) -> Void = { _ in }
    ) -> DecisionAttempt {
        var attempt = DecisionAttempt(
            number: number,
            policy: .leastTT2T,
            reason: "least predicted time to the second token",
            tokens: 200,
            planCount: 6,
            plans: plans,
            placedAfter: ms(0.2),
            ttft: ttft.map(ms),
            gap: gap.map(ms),
            elapsed: ms(1_199)
        )
        change(&attempt)
        return attempt
    }

    private static func report(_ change: (inout StageReport) -> Void) -> StageReport {
        var report = StageReport()
        change(&report)
        return report
    }

    private static func decision(
        _ attempts: [DecisionAttempt],
        state: DecisionDocument.State = .finished,
        failure: String? = nil,
        ttft: Double? = 90,
        gap: Double? = 15.5,
        elapsed: Double? = 1_200,
        outputTokens: Int = 32
    ) -> DecisionDocument {
        DecisionDocument(
            request: "000000000000000000000000000000ff",
            clientRequestID: "chat-7",
            tenant: "default",
            requestClass: "fast",
            submittedUnixMilliseconds: 0,
            state: state,
            outcome: state == .finished ? "stop" : state == .failed ? "error" : nil,
            failure: failure,
            promptTokens: 200,
            outputTokens: outputTokens,
            ttft: ttft.map(ms),
            gap: gap.map(ms),
            elapsed: elapsed.map(ms),
            attempts: attempts
        )
    }

    private func expect(_ text: String, _ golden: String) {
        #expect(text == golden)
        expectNarrow(text)
    }

    private func expectNarrow(_ text: String) {
        for line in text.split(separator: "\n") {
            #expect(line.count <= 80, "\(line.count) columns: \(line)")
        }
    }

    @Test func `a hand-off is shown with its rivals, its predictions and what came of them`() {
        let chosen = Self.plan("prefill-1", "decode-1", wait: 1, prefill: 80, transfer: 3.5) {
            $0.fetchSource = "decode-2"
            ($0.fetchedTokens, $0.hitTokens, $0.wireBytes) = (96, 16, 838_860)
            ($0.codec, $0.budgetTokens, $0.fetch) = ("q8", 512, Self.ms(12))
        }
        let rivals = [
            Self.plan("prefill-2", "decode-1", wait: 40, prefill: 80, transfer: 3.5),
            Self.plan(nil, "decode-1", wait: 0, prefill: 112),
        ]
        let attempt = Self.attempt([chosen] + rivals, ttft: 89, gap: 15.5) {
            $0.prefillReport = Self.report {
                ($0.queue, $0.prefill, $0.fetch) = (.microseconds(1_250), .milliseconds(85), .milliseconds(1))
                ($0.computedTokens, $0.hitTokens, $0.fetchedTokens) = (88, 16, 96)
                ($0.transfer, $0.transferBytes, $0.wireBytes) = (.milliseconds(20), 1_572_864, 838_860)
            }
            $0.decodeReport = Self.report {
                ($0.transfer, $0.exposedTransfer) = (.milliseconds(21), .milliseconds(4))
                ($0.transferBytes, $0.decode, $0.outputTokens) = (1_572_864, .seconds(1), 31)
            }
        }
        expect(
            DecisionText(Self.decision([attempt])).text,
            """
            request 000000000000000000000000000000ff, finished (stop)
            200 prompt tokens, 32 output tokens, 1 attempt
            TTFT 90.0 ms, hand-off gap 15.5 ms, end to end 1.2 s
            client's name chat-7, tenant default, class fast

            attempt 1 by least_tt2t, placed after 0.2 ms: 200 tokens, 6 plans
            why: least predicted time to the second token
            next prefill-2 -> decode-1: +39.0 ms by prediction, wait +39.0 ms

            #  PREFILL    DECODE    HIT  QUEUED  FREE       LINK  BACKLOG
            1  prefill-1  decode-1   16     100  4000  119 MiB/s   1.2 ms
            2  prefill-2  decode-1    0    4000  4000  119 MiB/s   1.2 ms
            3  -          decode-1    0       0  4000          -        -

            ms  WAIT  FETCH  PREFILL  TRANSFER  ADMISSION  FIRST STEP  HARM  TOTAL
             1   1.0    0.0     80.0       3.5        4.0         5.5   0.0   94.0
             2  40.0    0.0     80.0       3.5        4.0         5.5   0.0  133.0
             3   0.0    0.0    112.0       0.0        4.0         5.5  30.0  151.5
            plan 1: 96 tokens fetched from decode-2, 1.5 MiB to hand off as q8, 819.2 KiB on
              the wire, KV of 512 tokens

            ms                     PREDICTED  MEASURED  ERROR
            fetch, while waiting        12.0       1.0
            wait                         1.0       1.3
            prefill                     80.0      85.0
            TTFT                        81.0      89.0  -9 %
            transfer                     3.5       4.0
            admission, first step        9.5      11.5
            gap                         13.0      15.5  -16 %
            decode                         -    1000.0
            prefill-1: 88 tokens computed, 16 found in cache, 96 fetched from decode-2, sent
              1.5 MiB in 20.0 ms, 819.2 KiB on the wire
            decode-1: received 1.5 MiB in 21.0 ms, 31 tokens in 1.0 s

            slow because decode at decode-1 took 1.09 s of 1.2 s: 30 tokens, 36.5 ms each;
            before that prefill at prefill-1 took 85.0 ms of 106 ms to the second token
            """
        )
    }

    @Test func `a prompt that was prefilled where it is decoded has no hand-off`() {
        let attempt = Self.attempt([Self.plan(nil, "decode-1", wait: 0, prefill: 12)], ttft: 17, gap: 5) {
            $0.decodeReport = Self.report {
                ($0.queue, $0.prefill, $0.decode) = (.milliseconds(4), .milliseconds(12), .milliseconds(5))
                ($0.computedTokens, $0.outputTokens) = (200, 2)
            }
        }
        expect(
            DecisionText(Self.decision([attempt], ttft: 17.2, gap: 5, elapsed: 22.2, outputTokens: 2)).text,
            """
            request 000000000000000000000000000000ff, finished (stop)
            200 prompt tokens, 2 output tokens, 1 attempt
            TTFT 17.2 ms, hand-off gap 5.0 ms, end to end 22.2 ms
            client's name chat-7, tenant default, class fast

            attempt 1 by least_tt2t, placed after 0.2 ms: 200 tokens, 6 plans
            why: least predicted time to the second token

            #  PREFILL  DECODE    HIT  QUEUED  FREE  LINK  BACKLOG
            1        -  decode-1    0       0  4000     -        -

            ms  WAIT  FETCH  PREFILL  TRANSFER  ADMISSION  FIRST STEP  HARM  TOTAL
             1   0.0    0.0     12.0       0.0        4.0         5.5  30.0   51.5

            ms       PREDICTED  MEASURED  ERROR
            wait           4.0       4.0
            prefill       12.0      12.0
            TTFT          16.0      17.0  -6 %
            gap            5.5       5.0  +10 %
            decode           -       5.0
            decode-1: 200 tokens computed, 0 found in cache, 2 tokens in 5.0 ms

            slow because prefill at decode-1 took 12.0 ms of 22.2 ms to the second token
            """
        )
    }

    @Test func `a failed request says what its client was told`() {
        let failed = Self.decision(
            [],
            state: .failed,
            failure: "deadline: no worker took it in 30 s",
            ttft: nil,
            gap: nil,
            elapsed: 30_000,
            outputTokens: 0
        )
        expect(
            DecisionText(failed).text,
            """
            request 000000000000000000000000000000ff, failed (error)
            200 prompt tokens, 0 output tokens, 0 attempts
            end to end 30.0 s
            client's name chat-7, tenant default, class fast

            failed because of deadline: no worker took it in 30 s
            """
        )
    }

    @Test func `long names and long times stay within the width`() {
        let long = String(repeating: "rack-", count: 12) + "1"
        var plan = Self.plan(long, long, wait: 123_456, prefill: 99_999.9, transfer: 10_000.4)
        (plan.hitTokens, plan.fetchSource, plan.failures) = (131_072, long, 3)
        (plan.inputs.queuedTokens, plan.inputs.freeBlocks) = (1_234_567, 1_048_576)
        plan.inputs.linkBacklog = Self.ms(98_765)
        var attempt = Self.attempt([plan, plan], ttft: 250_000, gap: 12_345)
        attempt.failure = "peer_lost: \(String(repeating: "the connection closed ", count: 9))"
        expectNarrow(DecisionText(Self.decision([attempt, attempt])).text)
    }

    @Test(arguments: [
        ("the queue", "slow because the queue at p1 took 500 ms of 587 ms", 500.0, 80.0, 1.0, 601.0),
        ("prefill", "slow because prefill at p1 took 580 ms of 589 ms", 2.0, 580.0, 1.0, 611.0),
        ("the hand-off", "slow because the hand-off to d1 took 400 ms of 488 ms", 2.0, 80.0, 400.0, 485.0),
        (
            "decode", "slow because decode at d1 took 4.91 s of 5.0 s: 30 tokens, 164 ms each", 2.0, 80, 1,
            5_000
        ),
    ])
    func `the largest stage is named`(
        stage: String,
        words: String,
        queue: Double,
        prefill: Double,
        transfer: Double,
        elapsed: Double
    ) {
        let plan = Self.plan("p1", "d1", wait: 1, prefill: 80)
        let attempt = Self.attempt([plan]) {
            $0.prefillReport = Self.report {
                ($0.queue, $0.prefill) = (.fromSeconds(queue / 1e3), .fromSeconds(prefill / 1e3))
            }
            $0.decodeReport = Self.report { $0.exposedTransfer = .fromSeconds(transfer / 1e3) }
        }
        let decision = Self.decision(
            [attempt],
            ttft: queue + prefill + 1,
            gap: transfer + 5,
            elapsed: elapsed
        )
        #expect(decision.verdict.hasPrefix(words), "\(decision.verdict)")
    }

    @Test(arguments: [
        (
            "the part that tells them apart is named", 41.0, 80.0,
            "next p2 -> d1: +40.0 ms by prediction, wait +40.0 ms"
        ),
        (
            "a baseline may pass by what would be faster", 0, 60,
            "next p2 -> d1: -21.0 ms by prediction, prefill -20.0 ms"
        ),
        ("equal plans have no part to name", 1, 80, "next p2 -> d1: +0.0 ms by prediction"),
    ])
    func margins(requirement: String, wait: Double, prefill: Double, words: String) {
        let plans = [
            Self.plan("p1", "d1", wait: 1, prefill: 80), Self.plan("p2", "d1", wait: wait, prefill: prefill),
        ]
        #expect(Self.attempt(plans).margin == words, "\(requirement)")
    }

    @Test func `JSON comes back as the decision that it is`() throws {
        let decision = Self.decision([Self.attempt([Self.plan("p1", "d1", wait: 1, prefill: 80)], ttft: 90)])
        let text = try DocumentValue(decision).json()
        #expect(try ExplainCommand.decision(from: text) == decision)
        let error = #expect(throws: ServingError.self) { _ = try ExplainCommand.decision(from: "{}") }
        #expect(error?.message.contains("run the same release") == true)
    }
}
