import ArgumentParser
import Foundation
import Testing

@testable import Benchmarks

/// Arguments, settings and reports of the transfer benchmarks.
@Suite struct TransferCommandTests {
    @Test(arguments: [
        ("1024", 1_024), ("256KiB", 256 << 10), ("1MiB", 1 << 20), ("2GiB", 2 << 30), ("", nil), ("0", nil),
        ("-1", nil), ("+5", nil), ("1MB", nil), ("99999999999GiB", nil), ("KiB", nil),
    ])
    func `sizes`(text: String, bytes: Int?) { #expect(Quantity.bytes(text) == bytes) }

    @Test(
        arguments: [
            ("100mbit", 100), ("1gbit", 1_000), ("2500kbit", 2.5), ("1.5Gbit", 1_500), ("0mbit", nil),
            ("100", nil),
            ("nanmbit", nil), ("infmbit", nil), ("-5mbit", nil), ("0.5mbit", nil),
        ] as [(String, Double?)]
    )
    func `rates`(text: String, megabits: Double?) { #expect(Quantity.megabits(text) == megabits) }

    @Test(arguments: [
        (["--lanes", "0"], "--lanes has 0"), (["--lanes", "65"], "--lanes has 65"),
        (["--chunk-bytes", "1KiB"], "--chunk-bytes has 1KiB"),
        (["--chunk-bytes", "8MiB"], "--chunk-bytes has 8MiB"),
        (["--chunk-bytes", "5000"], "--chunk-bytes has 5000"),
        (["--codec", "zip"], "--codec is zip; use one of raw"), (["--rate", "fast"], "--rate has fast"),
        (["--bytes", "many"], "--bytes is many"), (["--pairs", "1"], "--pairs is 1"),
        (["--in-flight", "0"], "--in-flight is 0"),
    ])
    func `kv refuses what it cannot measure`(arguments: [String], sentence: String) {
        let error = #expect(throws: (any Error).self) { try KVCommand.parse(arguments) }
        let text = error.map { KVCommand.message(for: $0) } ?? ""
        #expect(text.contains(sentence), "\(text)")
    }

    @Test func `kv measures every combination, with one seed`() throws {
        let arguments = [
            "--lanes", "1", "2", "--chunk-bytes", "256KiB", "1MiB", "--rate", "100mbit", "1gbit", "--seed",
            "9",
        ]
        let options = try KVCommand.parse(arguments).settings()
        #expect(options.count == 8)
        #expect(Set(options.map { "\($0.lanes) \($0.chunkBytes) \($0.megabits ?? 0)" }).count == 8)
        #expect(options.allSatisfy { $0.seed == 9 && $0.pairs == 10 })
    }

    @Test(
        arguments: [
            // Mbit/s, KV bytes of one transfer, transfers of one measurement
            (nil, 64 << 20, 16), (100.0, 4 << 20, 11), (10.0, 4 << 20, 4),
        ] as [(Double?, Int, Int)]
    )
    func `the work fits the link`(megabits: Double?, transferBytes: Int, count: Int) {
        let options = KVOptions(megabits: megabits, seed: 1)
        #expect(options.transferBytes == transferBytes, "\(options.transferBytes)")
        #expect(options.transferCount == count, "\(options.transferCount)")
        // All but the last token of a prompt can be cached: the last block is never full.
        #expect(options.promptTokens % BenchProfile.blockTokens == 1)
        #expect(options.blockCount * KVOptions.profile.blockBytes > options.transferBytes * options.inFlight)
    }

    @Test(arguments: [["--ratios", "0"], ["--ratios", "20"], ["--repetitions", "0"]])
    func `overlap refuses what it cannot measure`(arguments: [String]) {
        #expect(throws: (any Error).self) { try OverlapCommand.parse(arguments) }
    }

    @Test(arguments: [["--rate", "0mbit"], ["--rate", "x"], ["--transfers", "0"]])
    func `paths refuses what it cannot measure`(arguments: [String]) {
        #expect(throws: (any Error).self) { try PathsCommand.parse(arguments) }
    }

    @Test func `both parts of a transfer belong together, and no two transfers do`() throws {
        let worker = try BenchFixture.worker
        let key = BenchFixture.key
        let tokens = TransferAssignment.prompt(tokens: 33)
        let one = TransferAssignment(tokens: tokens, from: worker, to: worker, prefillKey: key, codec: .q8)
        let two = TransferAssignment(tokens: tokens, from: worker, to: worker, prefillKey: key, codec: .q8)
        #expect(one.prefill.attempt == one.decode.attempt && one.prefill.grant == one.decode.grant)
        #expect(one.prefill.tokens == one.decode.tokens && one.prefill.tokens.count == 33)
        #expect(one.prefill.codec == .q8 && one.decode.codec == .q8)
        #expect(one.prefill.hashKey == two.prefill.hashKey)
        #expect(one.decode.hashKey != two.decode.hashKey && one.decode.hashKey != one.prefill.hashKey)
        #expect(one.attempt != two.attempt && one.prefill.grant != two.prefill.grant)
        #expect(one.prefill.tokens.allSatisfy { Int($0) < BenchProfile.vocabularyCount })
    }

    @Test func `the report of kv has the names that others read`() throws {
        var rounds = KVRounds()
        for side in KVRounds.Side.allCases {
            for rate in [1.0, 2.0] {
                let sample = KVRounds.Sample(
                    gibPerSecond: side == .baton ? rate / 2 : rate,
                    senderSecondsPerGiB: 0.5,
                    receiverSecondsPerGiB: 0.6
                )
                rounds.add(sample, of: side)
            }
        }
        var single = TransferOutcome()
        single.transfers = [BenchFixture.transfer]
        let pings = KVPings(idle: [1, 2], bulk: [3, 4], limitBulk: [5, 6])
        let report = KVReport(KVOptions(seed: 3), rounds: rounds, single: single, pings: pings)
        let data = Data(try ReportText.json(report).utf8)
        let object = try #require(try JSONSerialization.jsonObject(with: data) as? [String: Any])
        let expected = [
            "goodput_gib_s": 0.75, "limit_gib_s": 1.5, "ratio": 0.5, "plain_tcp_gib_s": 1.5,
            "limit_without_crc_gib_s": 1.5, "ratio_without_crc": 0.5, "cpu_ratio": 1,
            "sender_cpu_s_per_gib": 0.5,
            "receiver_cpu_s_per_gib": 0.6, "limit_sender_cpu_s_per_gib": 0.5,
            "limit_receiver_cpu_s_per_gib": 0.6, "ping_idle_p99_ms": 1.99, "ping_bulk_p99_ms": 3.99,
            "limit_ping_bulk_p99_ms": 5.99,
        ]
        for (key, value) in expected {
            let found = try #require(object[key] as? Double, "no \(key)")
            #expect(abs(found - value) < 1e-9, "\(key) is \(found)")
        }
        #expect((object["ratio_ci95"] as? [Double])?.count == 2)
        #expect(object["rate_mbit"] == nil && object["bench"] as? String == "kv")
    }
}
