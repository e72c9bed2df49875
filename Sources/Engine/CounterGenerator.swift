/// Philox4x32-10: a generator whose output is a function of key and counter, with no state to carry.
///
/// Source: Salmon et al., "Parallel random numbers: as easy as 1, 2, 3", SC 2011.
struct CounterGenerator: Sendable {
    private var key: (UInt32, UInt32)
    private let choice: UInt32

    /// A generator for one choice of a request.
    init(seed: UInt64, choice: UInt32) {
        key = (UInt32(truncatingIfNeeded: seed), UInt32(truncatingIfNeeded: seed >> 32))
        self.choice = choice
    }

    /// The 64 bits that belong to output token `index`.
    func word(at index: Int) -> UInt64 {
        let position = UInt64(index)
        let counter = (
            UInt32(truncatingIfNeeded: position), UInt32(truncatingIfNeeded: position >> 32), choice,
            UInt32(0)
        )
        let block = Self.block(counter: counter, key: key)
        return UInt64(block.1) << 32 | UInt64(block.0)
    }

    /// A number in 0..<1, a multiple of 2⁻⁵³, that belongs to output token `index`.
    func uniform(at index: Int) -> Double { Double(word(at: index) >> 11) * 0x1p-53 }

    /// Ten rounds of Philox over one counter.
    static func block(
        counter: (UInt32, UInt32, UInt32, UInt32),
        key: (UInt32, UInt32)
    ) -> (UInt32, UInt32, UInt32, UInt32) {
        var (state, key) = (counter, key)
        for _ in 0..<10 {
            let first = UInt32(0xD251_1F53).multipliedFullWidth(by: state.0)
            let second = UInt32(0xCD9E_8D57).multipliedFullWidth(by: state.2)
            state = (second.high ^ state.1 ^ key.0, second.low, first.high ^ state.3 ^ key.1, first.low)
            key = (key.0 &+ 0x9E37_79B9, key.1 &+ 0xBB67_AE85)
        }
        return state
    }
}
