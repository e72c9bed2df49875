/// Something that is sorted by its rank, and by its name where ranks are equal.
struct RankedKey: Comparable, Sendable {
    /// Smaller is better.
    var rank: Double
    /// Unique among those that are compared.
    var tie: UInt64

    init(rank: Double, tie: Int) {
        self.rank = rank
        self.tie = UInt64(tie)
    }

    /// Names a plan by places in a list.
    init(rank: Double, prefill: Int?, decode: Int) {
        self.rank = rank
        tie = UInt64(decode) << 32 | UInt64(prefill.map { $0 + 1 } ?? 0)
    }

    /// What was named as a plan.
    var prefill: Int? { tie & 0xffff_ffff == 0 ? nil : Int(tie & 0xffff_ffff) - 1 }
    var decode: Int { Int(tie >> 32) }

    @inline(__always) static func < (left: Self, right: Self) -> Bool {
        left.rank < right.rank || (left.rank == right.rank && left.tie < right.tie)
    }
}
