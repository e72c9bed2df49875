import KVCache
import ServingCore
import ServingTypes

/// One worker: the daemons' own core around simulated memory and a simulated engine.
struct SimulatedWorker: Sendable {
    /// A step that the engine works on.
    struct RunningStep: Sendable {
        let plan: StepPlan
        /// Layers whose KV is written.
        var layers = 0
        let willFail: Bool
        /// What a layer takes.
        let pause: Duration
        /// Whether a step in it ran when its next layer was due.
        var isOverdue = false
    }

    /// After which a probe without an end counts as lost.
    static let probeDeadline = Duration.milliseconds(300)

    let slot: Int
    /// With which it starts, each time.
    let role: WorkerRole
    let scenario: SimulationScenario
    let cost: CostCoefficients
    /// Rises with each restart.
    private(set) var boot = 0
    /// This boot.
    private(set) var ref: WorkerRef
    var isAlive = true
    var core: WorkerCore
    var memory: KVMemory
    var checker: MemoryChecker
    var drain = DrainChecker()
    /// Steps in progress, each nested in the one before.
    var steps: [RunningStep] = []
    /// The earliest tick in the queue; `nil` when none is.
    var tickAt: Timestamp?
    var isLoadCheckPending = false
    /// Attempts that this boot has ended, or was told to drop.
    var overAttempts: Set<AttemptID> = []

    init(slot: Int, role: WorkerRole, scenario: SimulationScenario, random: inout SplitMix64) {
        self.slot = slot
        self.role = role
        self.scenario = scenario
        var cost = CostCoefficients()
        let pace = Double(random.int(in: 5...40)) / 10
        (cost.a, cost.b, cost.m, cost.d) = (1e-3 * pace, 1e-4 * pace, 5e-4 * pace, 1e-6 * pace)
        // Where prompts cost by their length, long steps have something to yield to.
        if random.chance(perMille: 500) { (cost.a, cost.b) = (1e-4 * pace, 1e-3 * pace) }
        (cost.e, cost.f, cost.g) = (1e-3 * pace, 1e-4 * pace, 1e-6 * pace)
        self.cost = cost
        ref = Self.ref(slot, 0, role)
        (core, memory, checker) = Self.blank(slot, 0, role, cost, scenario)
    }

    var address: WorkerAddress { WorkerAddress(worker: ref, host: "node-\(slot)", port: 7_000) }

    var registration: WorkerRegistration {
        WorkerRegistration(
            address: address,
            role: core.role,
            modelName: "simulated",
            contextTokens: scenario.contextTokens,
            blockCount: memory.blockCount,
            cost: cost,
            maxRunning: scenario.maxRunning
        )
    }

    /// A new process: memory and state of the old one are gone.
    mutating func restart() {
        boot += 1
        isAlive = true
        ref = Self.ref(slot, boot, role)
        (core, memory, checker) = Self.blank(slot, boot, role, cost, scenario)
        steps = []
        tickAt = nil
        isLoadCheckPending = false
        overAttempts = []
        drain = DrainChecker()
    }

    private static func ref(_ slot: Int, _ boot: Int, _ role: WorkerRole) -> WorkerRef {
        let incarnation = SplitMix64.mix(UInt64(slot + 1) << 32 | UInt64(boot + 1))
        return WorkerRef(
            id: WorkerID(rawValue: "\(role.name)-\(slot)"),
            incarnation: Incarnation(rawValue: incarnation)
        )
    }

    private static func blank(
        _ slot: Int,
        _ boot: Int,
        _ role: WorkerRole,
        _ cost: CostCoefficients,
        _ scenario: SimulationScenario
    ) -> (WorkerCore, KVMemory, MemoryChecker) {
        let blockCount = role == .prefill ? scenario.prefillBlocks : scenario.decodeBlocks
        var settings = WorkerCoreSettings(
            worker: ref(slot, boot, role),
            role: role,
            layout: scenario.layout,
            blockCount: blockCount,
            contextTokens: scenario.contextTokens
        )
        settings.stepTokens = scenario.stepTokens
        settings.maxRunning = scenario.maxRunning
        settings.decode = scenario.decode
        settings.cost = cost
        settings.prefill = prefill(cost, scenario)
        settings.preemption = scenario.preemption
        settings.mixed = scenario.mixed
        settings.layeredTokens = scenario.layeredTokens
        settings.chunkBytes = scenario.chunkBytes
        settings.frameChunks = 1  // The simulated network carries chunk by chunk.
        settings.creditBytes = scenario.creditBytes
        settings.groupLayers = scenario.groupLayers
        settings.offerParking = .milliseconds(100)
        settings.renewInterval = .milliseconds(200)
        settings.maxWaiting = 8
        settings.selectionQueryTokens = scenario.selectionQueryTokens
        settings.maxServedFetches = scenario.maxServedFetches
        settings.fetchStallTimeout = .milliseconds(700)
        settings.reconnectTimeout = .milliseconds(1_000)
        settings.paths.probeDeadline = probeDeadline
        settings.paths.smallestProbeBytes = 64
        settings.paths.largestProbeBytes = 512
        return (
            WorkerCore(settings: settings),
            KVMemory(layout: scenario.layout, blockCount: blockCount),
            MemoryChecker(layerCount: scenario.layout.layerCount, blockCount: blockCount)
        )
    }
}

extension SimulatedWorker {
    /// Every policy, with prompts of both classes and chunks about as large as the scenario's steps.
    private static func prefill(_ cost: CostCoefficients, _ scenario: SimulationScenario) -> PrefillSettings {
        var settings = PrefillSettings()
        switch scenario.seed % 8 {
        case 0: settings.policy = .fcfs
        case 1: settings.policy = .fcfsUnchunked
        default: settings.policy = .lengthAware
        }
        settings.boundaryTokens = scenario.stepTokens
        settings.maxHold = cost.prefill(
            newTokens: scenario.stepTokens * 2,
            contextTokens: scenario.stepTokens * 2
        )
        settings.maxStarvation = .milliseconds(50)
        return settings
    }
}

/// The engine.
extension SimulatedWorker {
    /// How long the running step takes on an idle machine.
    func duration(of plan: StepPlan) -> Duration {
        var total = Duration.zero
        let decoding = plan.entries.filter { !$0.isPrefill }
        for entry in plan.entries where entry.isPrefill {
            total += cost.prefill(
                newTokens: entry.tokens.count,
                contextTokens: entry.position + entry.tokens.count
            )
        }
        if !decoding.isEmpty {
            total += cost.decodeStep(
                batch: decoding.count,
                contextTokens: decoding.reduce(0) { $0 + $1.position + 1 }
            )
        }
        return max(total, .microseconds(10))
    }

    /// Writes the KV of the step's tokens up to a layer; `truth` gives the right tags of an attempt.
    mutating func compute(
        _ plan: StepPlan,
        layers: Range<Int>,
        truth: (AttemptID) -> [[UInt64]]
    ) -> String? {
        for entry in plan.entries {
            let right = truth(entry.attempt)
            for layer in layers {
                if let fault = compute(entry, layer: layer, right: right) ?? select(entry, layer: layer) {
                    return fault
                }
            }
        }
        return nil
    }

    private mutating func compute(_ entry: StepPlan.Entry, layer: Int, right: [[UInt64]]) -> String? {
        let start = entry.position - entry.droppedTokens
        // New KV is as good as what it attends to.
        var mark: UInt64 = 0
        for index in 0..<start { mark |= memory[layer, index, entry.table] & TokenModel.lossyBit }
        for (offset, token) in entry.tokens.enumerated() {
            let (position, index) = (entry.position + offset, start + offset)
            let previous = index == 0 ? 0 : memory[layer, index - 1, entry.table]
            if index > 0, previous & ~TokenModel.lossyBit != right[layer][position - 1] {
                return wrongRead(entry.attempt, layer, position - 1)
            }
            let block = entry.table[index / scenario.layout.blockTokens]
            if let clash = checker.engineWrite(layer: layer, block: block) { return clash }
            memory[layer, index, entry.table] =
                TokenModel.tag(layer: layer, previous: previous, token: token) | mark
        }
        return nil
    }

    /// Puts together what is kept of a prompt, once its last token is computed.
    private mutating func select(_ entry: StepPlan.Entry, layer: Int) -> String? {
        guard let selection = entry.selection else { return nil }
        let count = entry.position + entry.tokens.count
        for (index, position) in TokenModel.kept(of: count, selection.budget).enumerated() {
            let block = selection.table[index / scenario.layout.blockTokens]
            if let clash = checker.engineWrite(layer: layer, block: block) { return clash }
            memory[layer, index, selection.table] = memory[layer, position, entry.table]
        }
        return nil
    }

    /// Samples after the last new token of an entry, from everything in memory.
    func sample(
        _ entry: StepPlan.Entry,
        right: [[UInt64]],
        kept: [Int],
        acceptsLossy: Bool
    ) -> Result<SampledToken?, SimulatedWorker.Fault> {
        guard entry.isSampling else { return .success(nil) }
        var digest: UInt64 = 0
        let last = entry.position + entry.tokens.count - 1
        for layer in 0..<scenario.layout.layerCount {
            for index in 0...last - entry.droppedTokens {
                let position = index < kept.count ? kept[index] : index + entry.droppedTokens
                let tag = memory[layer, index, entry.table]
                guard tag & ~TokenModel.lossyBit == right[layer][position] else {
                    return .failure(Fault(message: wrongRead(entry.attempt, layer, position)))
                }
                guard acceptsLossy || tag & TokenModel.lossyBit == 0 else {
                    return .failure(Fault(message: lossyRead(entry.attempt, layer, position)))
                }
                digest &+= TokenModel.share(of: tag, index: index)
            }
        }
        let index = entry.output.count
        let token = TokenModel.sample(digest: digest, entry.sampling, index: index, position: last)
        return .success(SampledToken(id: token))
    }

    /// Something that must not happen, in words.
    struct Fault: Error { let message: String }

    private func wrongRead(_ attempt: AttemptID, _ layer: Int, _ position: Int) -> String {
        "\(ref) computes \(attempt) from KV that is not its own: layer \(layer), position \(position)"
    }

    private func lossyRead(_ attempt: AttemptID, _ layer: Int, _ position: Int) -> String {
        "\(ref) computes \(attempt), which is exact, from lossy KV: layer \(layer), position \(position)"
    }
}
