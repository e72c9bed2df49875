import ServingTypes

/// What the simulator draws.
extension SplitMix64 {
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
