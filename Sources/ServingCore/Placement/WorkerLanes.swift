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
    private(set) var queueSeconds = Lanes.zero
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
        queueSeconds[lane] = row.queueSeconds
        decoding[lane] = Double(row.decoding)
        reportedTokens[lane] = Double(row.reportedTokens)
        usedBlocks[lane] = Double(row.usedBlocks)
        (a[lane], b[lane], d[lane], m[lane]) = (row.cost.a, row.cost.b, row.cost.d, row.cost.m)
        (e[lane], f[lane], g[lane]) = (row.cost.e, row.cost.f, row.cost.g)
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

    /// The smaller of two numbers in each lane.
    @inline(__always) func atMost(_ other: Self) -> Self { replacing(with: other, where: other .< self) }
}
