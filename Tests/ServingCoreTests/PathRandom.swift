/// Chance for the simulated links: the same on every machine (SplitMix64).
struct PathRandom {
    private var state: UInt64

    init(seed: UInt64) { state = seed &* 0x9e37_79b9_7f4a_7c15 }

    mutating func next() -> UInt64 {
        state &+= 0x9e37_79b9_7f4a_7c15
        var z = state
        z = (z ^ (z >> 30)) &* 0xbf58_476d_1ce4_e5b9
        z = (z ^ (z >> 27)) &* 0x94d0_49bb_1331_11eb
        return z ^ (z >> 31)
    }

    mutating func fraction() -> Double { Double(next() >> 11) / Double(1 << 53) }

    mutating func int(_ range: ClosedRange<Int>) -> Int {
        range.lowerBound + Int(next() % UInt64(range.count))
    }

    /// A number whose logarithm is spread evenly; the powers of two are, and between them it is linear.
    mutating func logarithmic(_ low: Double, _ high: Double) -> Double {
        var doublings = 0
        while low * Double(1 << (doublings + 1)) <= high { doublings += 1 }
        let base = low * Double(1 << int(0...doublings))
        return min(high, base * (1 + fraction()))
    }

    mutating func pick<Element>(_ choices: [Element]) -> Element { choices[int(0...choices.count - 1)] }
}
