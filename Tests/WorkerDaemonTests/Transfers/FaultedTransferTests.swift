internal import Foundation
import ServingTypes
import Testing

@testable import ServingCore
@testable import WorkerDaemon

/// Whatever happens on the way, a transfer ends in the right tokens or in a typed error, and nothing is left behind.
///
/// `BATON_TRANSFERS` sets how many transfers run, `BATON_SEED` which.
@Suite(.serialized) struct FaultedTransferTests {
    private static func number(_ name: String, default value: Int) -> Int {
        ProcessInfo.processInfo.environment[name].flatMap { Int($0) } ?? value
    }

    /// How transfers ended.
    fileprivate struct Tally {
        var right = 0
        var cancelled = 0
        var failed: [ServingErrorCode: Int] = [:]
        var damaged = 0
        var discarded = 0
    }

    /// One transfer under way.
    private struct Flight {
        var attempt: AttemptID
        var expected: [TokenID]
        var isCancelled = false
        var startedAt = ContinuousClock.now
    }

    @Test func `a transfer without faults yields the right tokens and leaves nothing behind`() async throws {
        let bed = try TransferBed()
        defer { bed.stop() }
        let prompt = (0..<500).map { TokenID(10 + $0 * 7 % 3_000) }
        var sampling = SamplingParameters()
        sampling.maxTokens = 6
        for request in 1...20 {
            await Task.yield()
            let part = Array(prompt.prefix(500 - request * 20))
            let attempt = try bed.start(UInt64(request), prompt: part, sampling: sampling)
            let isFinished = bed.router.state.wait { $0.attempts[attempt]?.isFinished == true }
            let end = try #require(bed.router.state.current.attempts[attempt])
            #expect(isFinished && end.failures.isEmpty, "\(end)")
            let expected = try bed.reference.answer(to: part, sampling)
            #expect((0..<6).map { end.tokens[$0] } == expected)
        }
        #expect(bed.quiesce() == nil)
        let counters = bed.decode.state.withLock { $0.core.counters }
        #expect(counters.receivedBytes > 0 && counters.damagedChunks == 0)
    }

    @Test func `under every fault at once each transfer ends right or with a typed error`() async throws {
        let count = Self.number("BATON_TRANSFERS", default: 2_000)
        let seed = UInt64(Self.number("BATON_SEED", default: 20_261_121))
        var rates = FaultyLanes.Rates()
        rates.damaged = 12
        rates.dropped = 8
        rates.duplicated = 15
        rates.reordered = 40
        rates.delayed = 1
        let bed = try TransferBed(rates: rates, seed: seed)
        defer { bed.stop() }
        var random = TestRandom(seed: seed)
        var tally = Tally()
        var flights: [Flight] = []
        var reboots = 0
        for request in 1...count {
            await Task.yield()
            if request % 400 == 0 {
                tally.add(bed.decode)
                try bed.rebootDecode()
                reboots += 1
            }
            if random.chance(perMille: 25) { bed.proxy.cut(random.int(in: 0...7)) }
            flights.append(try Self.launch(UInt64(request), on: bed, &random))
            if random.chance(perMille: 30), let victim = flights.indices.randomElement(using: &random) {
                flights[victim].isCancelled = true
                bed.cancel(flights[victim].attempt)
            }
            while flights.count >= 12 { try Self.land(&flights, on: bed, &tally) }
        }
        while !flights.isEmpty {
            await Task.yield()
            try Self.land(&flights, on: bed, &tally)
        }
        tally.add(bed.decode)
        let counts = bed.faults.map(\.counts)
        print(
            "faulted transfers, seed \(seed): \(tally), \(reboots) reboots, \(bed.proxy.cuts) cuts, \(counts)"
        )
        #expect(bed.quiesce() == nil, "seed \(seed)")
        let ended = tally.right + tally.cancelled + tally.failed.values.reduce(0, +)
        #expect(ended == count)
        // Faults are repaired, not merely reported.
        #expect(tally.right > count * 8 / 10, "\(tally)")
        #expect(tally.damaged > 0 && tally.discarded > 0)
        #expect(tally.failed[.peerLost, default: 0] > 0 && tally.failed[.leaseExpired, default: 0] > 0)
        #expect(counts.allSatisfy { $0.dropped > 0 && $0.duplicated > 0 && $0.reordered > 0 })
    }

    private static func launch(
        _ request: UInt64,
        on bed: TransferBed,
        _ random: inout TestRandom
    ) throws -> Flight {
        // A few stems, so that prefixes are sometimes held on either side.
        let stem = random.int(in: 0...5)
        let stemTokens = random.int(in: 0...200)
        let ownTokens = random.int(in: 1...300)
        let own = random.int(in: 0...3_000)
        let prompt =
            (0..<stemTokens).map { TokenID(10 + (stem * 131 + $0 * 7) % 4_000) }
            + (0..<ownTokens).map { TokenID(10 + (own + $0 * 11) % 4_000) }
        var sampling = SamplingParameters()
        sampling.maxTokens = random.int(in: 2...5)
        sampling.seed = UInt64(own)
        // Some leases end before the sender shows its next sign of life.
        let lease: Duration = random.chance(perMille: 15) ? .milliseconds(2) : .seconds(5)
        let attempt = try bed.start(request, prompt: prompt, sampling: sampling, lease: lease)
        return Flight(attempt: attempt, expected: try bed.reference.answer(to: prompt, sampling))
    }

    /// Waits until some transfers have ended and looks at how.
    private static func land(_ flights: inout [Flight], on bed: TransferBed, _ tally: inout Tally) throws {
        let open = flights.map(\.attempt)
        let isOver: (TestRouter.Attempt?) -> Bool = {
            $0.map { $0.isFinished || !$0.failures.isEmpty } ?? true
        }
        let cancelled = Set(flights.filter(\.isCancelled).map(\.attempt))
        let isAny = bed.router.state.wait(seconds: 30) { state in
            open.contains { cancelled.contains($0) || isOver(state.attempts[$0]) }
        }
        let alive = flights.map { ($0.attempt, ContinuousClock.now - $0.startedAt) }
        try #require(isAny, "no end for \(alive); \(bed.quiesce() ?? "")")
        let ends = bed.router.state.current.attempts
        for flight in flights {
            guard let end = ends[flight.attempt], flight.isCancelled || isOver(end) else { continue }
            #expect(end.contradiction == nil)
            for (index, token) in end.tokens {
                #expect(index < flight.expected.count && flight.expected[index] == token, "a wrong token")
            }
            if end.isFinished {
                #expect(end.tokens.count == flight.expected.count)
                tally.right += 1
            } else if let failure = end.failures.first {
                tally.failed[failure.code, default: 0] += 1
                bed.cancel(flight.attempt)
            } else {
                tally.cancelled += 1
            }
            bed.router.state.update { $0.attempts[flight.attempt] = nil }
        }
        flights.removeAll { flight in ends[flight.attempt].map { flight.isCancelled || isOver($0) } ?? true }
    }
}

extension FaultedTransferTests.Tally {
    /// Adds what a decode worker's boot counted.
    fileprivate mutating func add(_ node: WorkerNode) {
        let counters = node.state.withLock { $0.core.counters }
        damaged += counters.damagedChunks
        discarded += counters.discardedChunks
    }
}

extension TestRandom: RandomNumberGenerator {}
