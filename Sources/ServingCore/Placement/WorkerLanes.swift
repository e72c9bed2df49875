import ServingTypes

/// Two workers of one role side by side: what the first look at all workers reads, so that the processor computes with
/// both at once.
struct WorkerLanes: Sendable {
    /// One number of each of the two.
    typealias Lanes = SIMD2<Double>

    /// How many stand side by side.
    static let count = 2

    /// Their slots in the link table.
    private(set) var links = SIMD2(0, 0)
    private var queueEnd = Lanes.zero
    private var shortQueueEnd = Lanes.zero
    private var silentFrom = Lanes.zero
    private var assignedSeconds = Lanes.zero
    private var shortTokens = Lanes.zero
    private var yieldSeconds = Lanes.zero
    private var chunkSeconds = Lanes.zero
    /// Most prompt tokens of a step.
    private(set) var stepTokens = Lanes.zero
    /// One step's share of a prompt token where prompts are cut beside answers; 0 elsewhere.
    private var stepsPerToken = Lanes.zero
    private(set) var decoding = Lanes.zero
    private var reportedTokens = Lanes.zero
    private var usedBlocks = Lanes.zero
    // The coefficients of their costs.
    private var a = Lanes.zero
    private var b = Lanes.zero
    private var d = Lanes.zero
    private var m = Lanes.zero
    private var e = Lanes.zero
    private var f = Lanes.zero
    private var g = Lanes.zero

    /// Puts a worker in its lane.
    mutating func set(_ row: PlacementRow, lane: Int) {
        links[lane] = row.link
        queueEnd[lane] = row.queueEnd
        shortQueueEnd[lane] = row.shortQueueEnd
        silentFrom[lane] = row.silentFrom
        assignedSeconds[lane] = row.assignedSeconds
        shortTokens[lane] = Double(row.shortTokens)
        chunkSeconds[lane] = row.chunkSeconds
        yieldSeconds[lane] = row.yieldSeconds
        stepTokens[lane] = row.stepTokens > 0 ? Double(row.stepTokens) : .infinity
        stepsPerToken[lane] = row.cutsBesideAnswers ? 1 / Double(row.tokensBesideAnswers) : 0
        decoding[lane] = Double(row.decoding)
        reportedTokens[lane] = Double(row.reportedTokens)
        usedBlocks[lane] = Double(row.usedBlocks)
        (a[lane], b[lane], d[lane], m[lane]) = (row.cost.a, row.cost.b, row.cost.d, row.cost.m)
        (e[lane], f[lane], g[lane]) = (row.cost.e, row.cost.f, row.cost.g)
    }

    /// Until a long prompt would start, at a moment of the clock.
    @inline(__always) func queueSeconds(at now: Double) -> Lanes { (queueEnd - now).atLeast(.zero) }

    /// Until a prompt of so many tokens to compute would.
    @inline(__always) func queueSeconds(newTokens: Lanes, at now: Double) -> Lanes {
        let wait = (shortQueueEnd - now).atLeast(.zero)
        let short = wait.replacing(with: Lanes.zero, where: wait .>= yieldSeconds)
        let queue = queueSeconds(at: now).replacing(with: short, where: newTokens .<= shortTokens)
        return queue.atLeast(Lanes.zero.replacing(with: assignedSeconds, where: silentFrom .< now))
    }

    /// The prompts' part of a step at a moment of the clock to come.
    @inline(__always) func chunkSeconds(at moment: Double) -> Lanes {
        Lanes.zero.replacing(with: chunkSeconds, where: queueEnd .> moment)
    }

    /// As ``CostCoefficients/cuttingSeconds(newTokens:stepTokens:answers:)``.
    @inline(__always) func cuttingSeconds(newTokens: Lanes, answers: Lanes) -> Lanes {
        // Rounding must not make one step more of what fits.
        let steps = (newTokens * stepsPerToken - 1e-9).roundedUp
        let computing = b * newTokens
        let more = (steps - 1) * a + (m * steps).atLeast(computing) - m.atLeast(computing) + steps * answers
        return Lanes.zero.replacing(with: more, where: stepsPerToken .> .zero)
    }

    /// As ``CostCoefficients/prefillSeconds(newTokens:contextTokens:)``.
    @inline(__always) func prefillSeconds(newTokens u: Lanes, contextTokens c: Double) -> Lanes {
        a + (b * u).atLeast(m) + d * u * (c - u / 2)
    }

    /// As ``CostCoefficients/decodeStepSeconds(batch:contextTokens:)``.
    @inline(__always) func decodeStepSeconds(batch: Lanes, contextTokens: Lanes) -> Lanes {
        e + f * batch + g * contextTokens
    }

    /// As ``PlacementRow/decodingTokens(blockTokens:)``.
    @inline(__always) func decodingTokens(blockTokens: Int) -> Lanes {
        reportedTokens.replacing(with: usedBlocks * Double(blockTokens), where: reportedTokens .< 0)
    }
}

extension SIMD2<Double> {
    /// The greater of two numbers in each lane.
    @inline(__always) func atLeast(_ other: Self) -> Self { replacing(with: other, where: self .< other) }

    /// What is at least -0.5 and below 2^51, rounded up; `rounded(.up)` calls a function for each lane.
    @inline(__always) var roundedUp: Self {
        // No number from 2^52 on has a fraction.
        let nearest = (self + 0x1p52) - 0x1p52
        return nearest.replacing(with: nearest + 1, where: nearest .< self)
    }

    /// The smaller of two numbers in each lane.
    @inline(__always) func atMost(_ other: Self) -> Self { replacing(with: other, where: other .< self) }
}
