import ServingTypes

/// The simulator's only source of chance: small, fast, and the same on every machine.
///
/// Source: Steele, Lea and Flood, "Fast splittable pseudorandom number generators", OOPSLA 2014.
struct SplitMix64: Sendable {
    private var state: UInt64

    init(seed: UInt64) { state = seed }

    /// A bijective scrambling of 64 bits: the generator's output function, also used as a hash.
    static func mix(_ value: UInt64) -> UInt64 {
        var z = value
        z = (z ^ (z >> 30)) &* 0xbf58_476d_1ce4_e5b9
        z = (z ^ (z >> 27)) &* 0x94d0_49bb_1331_11eb
        return z ^ (z >> 31)
    }

    mutating func next() -> UInt64 {
        state &+= 0x9e37_79b9_7f4a_7c15
        return Self.mix(state)
    }

    /// A number in the range; the bias of the remainder does not matter here.
    mutating func int(in range: ClosedRange<Int>) -> Int {
        range.lowerBound + Int(next() % UInt64(range.upperBound - range.lowerBound + 1))
    }

    /// True so many times in a thousand.
    mutating func chance(perMille: Int) -> Bool { int(in: 0...999) < perMille }

    /// Whole microseconds in the range.
    mutating func microseconds(in range: ClosedRange<Int>) -> Duration { .microseconds(int(in: range)) }

    mutating func bytes128() -> Bytes128 { Bytes128(high: next(), low: next()) }
}

extension Collection where Index == Int {
    /// One of the elements; `nil` when there is none.
    func randomElement(_ random: inout SplitMix64) -> Element? {
        isEmpty ? nil : self[random.int(in: startIndex...endIndex - 1)]
    }
}
