internal import ServingCore
internal import ServingTypes

/// A made-up cluster under load, and prompts for it: the same for the same seed.
///
/// Half of the workers prefill; they stand at up to three sites, have network cards of three speeds, and are loaded
/// at random. Half of the paths were measured, between the slower card's speed and somewhat below it; one in twenty
/// carries a tenth of that. Every prompt starts like those of some others, and may continue a conversation that one
/// pair of workers holds.
struct PlaceCluster {
    /// Shape of the KV of Llama 3.1 8B: 128 KiB per token.
    static let layout = KVLayout(layerCount: 32, kvHeadCount: 8, headDim: 128, type: .f16, blockTokens: 16)
    /// Card speeds in bytes per second: 25, 10 and 100 Gbit/s.
    private static let cards = [3.1e9, 3.1e9, 3.1e9, 1.25e9, 1.25e9, 12.5e9]
    private static let blockCount = 20_000
    private static let maxRunning = 64
    private static let uplink = 1.25e9

    var chance: SplitMix64
    let registrations: [WorkerRegistration]
    private let cardSpeeds: [Double]

    /// - Parameter workers: at least 2.
    init(workers: Int, seed: UInt64) {
        var chance = SplitMix64(seed: seed)
        let sites = workers < 32 ? 1 : chance.int(in: 1...3)
        cardSpeeds = (0..<workers).map { _ in Self.cards[chance.int(in: 0...Self.cards.count - 1)] }
        registrations = (0..<workers).map { number in
            WorkerRegistration(
                address: WorkerAddress(worker: Self.ref(number), host: "10.0.0.1", port: 7_000),
                role: number.isMultiple(of: 2) ? .prefill : .decode,
                modelName: "model",
                contextTokens: 131_072,
                blockCount: Self.blockCount,
                cost: Self.cost(&chance),
                maxRunning: Self.maxRunning,
                site: "site-\(chance.int(in: 1...sites))"
            )
        }
        self.chance = chance
    }

    static func ref(_ number: Int) -> WorkerRef {
        WorkerRef(id: WorkerID(rawValue: "worker-\(number)"), incarnation: Incarnation(rawValue: 1))
    }

    /// What a router is told of the sites.
    static var links: LinkTableSettings {
        var links = LinkTableSettings()
        links.priorBytesPerSecond = 1e9
        for site in 1...3 {
            links.uplinks["site-\(site)"] = SiteUplink(outBytesPerSecond: uplink, inBytesPerSecond: uplink)
        }
        return links
    }

    /// The cluster as placement sees it, with the load of this moment.
    mutating func snapshot() -> ClusterSnapshot {
        var cluster = ClusterSnapshot(links: LinkTable(settings: Self.links))
        for registration in registrations { cluster.insert(WorkerSnapshot(registration)) }
        for number in registrations.indices {
            let report = report(of: number)
            guard let place = cluster.place(of: registrations[number].address.worker.id) else { continue }
            cluster.update(at: place) { worker in
                worker.queuedTokens = report.queuedTokens
                worker.shortQueuedSeconds = report.shortQueuedSeconds
                (worker.shortTokens, worker.stepTokens) = (report.shortTokens, report.stepTokens)
                worker.sequences = report.waiting + report.running
                worker.usedBlocks = report.blocks.total - report.blocks.available
            }
            cluster.take(report.paths, from: Self.ref(number).id, now: .zero)
        }
        return cluster
    }

    /// What a worker reports at a random moment.
    mutating func report(of number: Int) -> LoadReport {
        var report = LoadReport(sequence: 0)
        (report.shortTokens, report.stepTokens) = (255, 512)
        report.blocks.free = Self.blockCount
        if registrations[number].role == .prefill {
            report.queuedTokens = chance.int(in: 0...9) < 3 ? 0 : chance.int(in: 100...16_000)
            report.running = report.queuedTokens > 0 ? 1 : 0
            report.shortQueuedSeconds = report.running > 0 ? 1e-3 : 0
        } else {
            report.running = chance.int(in: 0...Self.maxRunning)
            report.blocks.running = report.running * chance.int(in: 40...200)
        }
        report.blocks.free -= report.blocks.running
        report.paths = registrations.indices.compactMap { path(from: number, to: $0) }
        return report
    }

    /// A request that may go anywhere; its hits are by place in the snapshot, which is sorted by name.
    mutating func request(in cluster: ClusterSnapshot) -> PlacementRequest {
        // From 64 to 32,768 tokens, each doubling as likely as the others.
        let tokens =
            (1 << chance.int(in: 6...14)) + chance.int(in: 0...1 << 14) % (1 << chance.int(in: 6...14))
        var request = PlacementRequest(tokens: tokens, capacityTokens: tokens + chance.int(in: 16...1_000))
        request.seed = chance.next()
        let blocks = tokens / Self.layout.blockTokens
        // A common beginning at a share of all workers, a conversation at a pair.
        let common = min(blocks, chance.int(in: 0...64))
        let share = chance.int(in: 0...60)
        var held = Array(repeating: 0, count: cluster.workers.count)
        for place in held.indices where chance.int(in: 0...99) < share { held[place] = common }
        if chance.int(in: 0...1) == 1 {
            for _ in 0..<2 {
                held[chance.int(in: 0...held.count - 1)] = blocks * chance.int(in: 50...99) / 100
            }
        }
        request.hits = held.indices.filter { held[$0] > 0 }.map { PrefixHit(place: $0, blocks: held[$0]) }
        if chance.int(in: 0...3) == 0 { request.ttftLimit = .milliseconds(chance.int(in: 200...2_000)) }
        return request
    }

    private mutating func path(from: Int, to: Int) -> PathReport? {
        guard from != to, registrations[to].role == .decode || chance.int(in: 0...9) == 0,
            chance.int(in: 0...1) == 0
        else { return nil }
        let isFar = registrations[from].site != registrations[to].site
        let best = min(cardSpeeds[from], cardSpeeds[to], isFar ? Self.uplink : .infinity)
        let isSlow = chance.int(in: 0...19) == 0
        let rate = best * Double(chance.int(in: 80...100)) / (isSlow ? 1_000 : 100)
        let isBusy = chance.int(in: 0...registrations.count) == 0
        return PathReport(
            peer: Self.ref(to).id,
            bytesPerSecond: rate,
            inFlightBytes: isBusy ? chance.int(in: 1...500_000_000) : 0,
            sampleCount: 1,
            recentBytesPerSecond: isBusy ? rate : 0
        )
    }

    /// About an accelerator that prefills 30,000 tokens a second, or half of that.
    private static func cost(_ chance: inout SplitMix64) -> CostCoefficients {
        let factor = chance.int(in: 0...3) == 0 ? 2.0 : 1.0
        var cost = CostCoefficients()
        (cost.a, cost.b, cost.d, cost.m) = (4e-3, 3e-5 * factor, 5e-10 * factor, 8e-3)
        (cost.e, cost.f, cost.g) = (7e-3 * factor, 5e-5 * factor, 2e-8 * factor)
        return cost
    }
}
