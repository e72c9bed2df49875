import ServingTypes
import Testing

@testable import ServingCore

/// The accuracy that placement counts on, over simulated links with known rates.
@Suite struct PathAccuracyTests {
    static let peer = WorkerID(rawValue: "decode")

    /// A flow with the habits of one seed.
    static func flow(_ random: inout PathRandom, rate: Double) -> PathFlow {
        var flow = PathFlow(sender: 0, peer: peer, link: 0)
        flow.chunkBytes = rate > 5e8 ? 1 << 20 : random.pick([64 << 10, 256 << 10, 1 << 20])
        flow.kernelBytes = random.pick([256 << 10, 1 << 20, 4 << 20, 8 << 20])
        // A transfer ends before a connection of more bytes in flight has ramped up.
        flow.roundTrip = Int64(min(random.logarithmic(1e5, 2e7), 4e15 / rate))
        flow.startsSlowly = random.int(0...1) == 0
        flow.jitter = random.pick([0, 200_000, 1_000_000])
        flow.stallsPerMille = random.pick([0, 0, 5, 20])
        return flow
    }

    static func world(_ flow: PathFlow, rate: Double, burst: Double = 0, seed: UInt64) -> PathWorld {
        let link = PathLink(rate: rate, burst: burst)
        let world = PathWorld(books: [PathBook(settings: PathSettings())], links: [link], seed: seed)
        world.add(flow)
        return world
    }

    static func ratio(_ world: PathWorld, to rate: Double) -> Double {
        (world.report(0)?.bytesPerSecond ?? 0) / rate
    }

    @Test("within 20 transfers of 256 KiB to 200 MiB, the estimate is within 10 % of 1 MB/s to 2 GB/s")
    func converges() {
        for seed in UInt64(1)...60 {
            var random = PathRandom(seed: seed)
            let rate = random.logarithmic(1e6, 2e9)
            let burst = random.int(0...2) == 0 ? Double(256 << 10) : 0
            let world = Self.world(Self.flow(&random, rate: rate), rate: rate, burst: burst, seed: seed)
            for _ in 0..<20 {
                world.transfer(Int(random.logarithmic(262_144, 209_715_200)), on: 0)
                world.pause(random.fraction() / 2)
            }
            let ratio = Self.ratio(world, to: rate)
            #expect(abs(ratio - 1) <= 0.1, "seed \(seed): \(ratio) of \(rate) B/s")
        }
    }

    @Test(
        "transfers that the sender limited prove little; short backlogged ones after them find the rate"
    )
    func convergesAfterLimitedTransfers() {
        for seed in UInt64(1)...30 {
            var random = PathRandom(seed: seed)
            let rate = random.logarithmic(1e6, 2e9)
            var flow = Self.flow(&random, rate: rate)
            flow.chunkBytes = min(flow.chunkBytes, max(32 << 10, Int(rate / 200)))
            let world = Self.world(flow, rate: rate, seed: seed)
            for _ in 0..<20 {
                // Chunk by chunk, each long after the one before: a third of the rate.
                for step in 0..<20 {
                    world.offer(flow.chunkBytes, on: 0, after: 3 * Double(step * flow.chunkBytes) / rate)
                }
                world.run()
            }
            let limited = world.report(0)
            // Bounds from so few bytes allow for the delay of an acknowledgement.
            #expect(
                (limited?.bytesPerSecond ?? 0) <= 1.3 * rate,
                "seed \(seed): \(String(describing: limited))"
            )
            let size = max(256 << 10, min(200 << 20, Int(rate * 0.2)))
            for _ in 0..<20 {
                world.transfer(size, on: 0)
                world.pause(random.fraction() / 2)
            }
            let ratio = Self.ratio(world, to: rate)
            #expect(abs(ratio - 1) <= 0.1, "seed \(seed): \(ratio) of \(rate) B/s, \(size) B each")
        }
    }

    @Test("a change of capacity by 5 is followed within 40 samples", arguments: [0.2, 5])
    func followsChange(factor: Double) {
        for seed in UInt64(1)...24 {
            var random = PathRandom(seed: seed)
            let rate = random.logarithmic(5e6, 3e8)
            let world = Self.world(Self.flow(&random, rate: rate * max(1, factor)), rate: rate, seed: seed)
            let size = Int(rate * max(1, factor) * 0.3)
            for _ in 0..<10 {
                world.transfer(size, on: 0)
                world.pause(0.1)
            }
            world.links[0].rate = rate * factor
            let before = world.report(0)?.sampleCount ?? 0
            while (world.report(0)?.sampleCount ?? 0) - before < 40 { world.transfer(size, on: 0) }
            let ratio = Self.ratio(world, to: rate * factor)
            #expect(abs(ratio - 1) <= 0.1, "seed \(seed): \(ratio) of \(rate * factor) B/s")
        }
    }

    @Test(
        "transfers of one size show no more than the path, with its burst allowance, carries"
    )
    func burstsDoNotInflate() {
        for seed in UInt64(1)...30 {
            var random = PathRandom(seed: seed)
            let rate = random.pick([1.25e6, 12.5e6, 50e6, 125e6])
            let burst = Double(256 << 10)
            let world = Self.world(Self.flow(&random, rate: rate), rate: rate, burst: burst, seed: seed)
            let size = Int(random.logarithmic(2 * burst, 16_777_216))
            for _ in 0..<20 {
                world.transfer(size, on: 0)
                world.pause(0.3)
            }
            let whole = size < 2 << 20 ? Double(size) / (Double(size) - burst) : 1
            let ratio = Self.ratio(world, to: rate)
            #expect(
                ratio <= (whole > 1 ? 1.3 : 1.1) * whole,
                "seed \(seed): \(ratio) of \(rate) B/s, \(size) B each"
            )
        }
    }
}
