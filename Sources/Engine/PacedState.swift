internal import ServingTypes

/// The paced engine's 128 bits of memory: a running hash over all tokens so far, kept in the KV arena.
struct PacedState: Equatable, Sendable {
    var low: UInt64
    var high: UInt64

    /// The state before the first token of any sequence of the model.
    init(digest: Bytes128) { self.init(low: digest.low, high: digest.high) }

    /// Joins the halves.
    init(low: UInt64, high: UInt64) {
        self.low = low
        self.high = high
    }

    /// The state after one more word: a token, or KV that was read back.
    func absorbing(_ word: UInt64) -> PacedState {
        let high = self.high
        let low = Self.scrambled((self.low &+ (high << 32 | high >> 32)) ^ (word &* 0x9E37_79B9_7F4A_7C15))
        return PacedState(low: low, high: Self.scrambled(high ^ (low &* 0xBF58_476D_1CE4_E5B9)))
    }

    /// A bijection of 64 bits in which every input bit moves about half of the output bits.
    ///
    /// Source: the finalizer of SplitMix64, Steele et al., OOPSLA 2014.
    static func scrambled(_ word: UInt64) -> UInt64 {
        var mixed = word &+ 0x9E37_79B9_7F4A_7C15
        mixed = (mixed ^ mixed >> 30) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ mixed >> 27) &* 0x94D0_49BB_1331_11EB
        return mixed ^ mixed >> 31
    }
}
