internal import Foundation

/// SplitMix64 (Steele, Lea, Flood: "Fast splittable pseudorandom number generators"): same seed, same run.
struct TestRandom: Sendable {
    private var state: UInt64

    init(seed: UInt64) { state = seed }

    mutating func next() -> UInt64 {
        state &+= 0x9e37_79b9_7f4a_7c15
        var word = state
        word = (word ^ (word >> 30)) &* 0xbf58_476d_1ce4_e5b9
        word = (word ^ (word >> 27)) &* 0x94d0_49bb_1331_11eb
        return word ^ (word >> 31)
    }

    mutating func int(in range: ClosedRange<Int>) -> Int {
        range.lowerBound + Int(next() % UInt64(range.count))
    }

    mutating func chance(perMille rate: Int) -> Bool { int(in: 0...999) < rate }
}

/// Holds the calling thread up.
func pause(_ time: Duration) {
    Thread.sleep(
        forTimeInterval: Double(time.components.seconds) + Double(time.components.attoseconds) / 1e18
    )
}
