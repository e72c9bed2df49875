import ServingTypes

/// Sorts short prompts by length into buckets that the workload draws: each holds about as many prompts.
///
/// A histogram with sixteen bins per doubling, in which old prompts fade: bounds follow the workload. Source: LAPS (arXiv
/// 2601.11589), length × batch buckets; theirs are fixed by captured graphs, these are quantiles.
struct LengthBuckets: Hashable, Sendable {
    /// Buckets.
    static let count = 4
    private static let binsPerDoubling = 16
    /// What is left of a prompt's weight after the next one.
    private static let fading = 0.995
    private var weights: [Double]
    private var total = 0.0
    /// Weight of the next prompt: growing it fades the others without touching them.
    private var unit = 1.0
    private var tokens = 0.0
    /// Last bin of each bucket but the last.
    private var bounds: [Int] = []

    init() { weights = Array(repeating: 0, count: 32 * Self.binsPerDoubling) }

    /// Notes the length of a prompt.
    mutating func note(_ length: Int) {
        unit /= Self.fading
        weights[Self.bin(length)] += unit
        total += unit
        tokens += unit * Double(length)
        if unit > 1e12 { rescale() }
        findBounds()
    }

    /// The bucket of a length, from 0.
    func bucket(of length: Int) -> Int {
        let bin = Self.bin(length)
        return bounds.firstIndex { bin <= $0 } ?? bounds.count
    }

    /// Mean length of the prompts noted, at least 1.
    var meanTokens: Double { total > 0 ? max(1, tokens / total) : 1 }

    private mutating func rescale() {
        for index in weights.indices { weights[index] /= unit }
        total /= unit
        tokens /= unit
        unit = 1
    }

    private mutating func findBounds() {
        bounds.removeAll(keepingCapacity: true)
        var sum = 0.0
        for (bin, weight) in weights.enumerated() where bounds.count < Self.count - 1 {
            sum += weight
            while bounds.count < Self.count - 1, sum >= total * Double(bounds.count + 1) / Double(Self.count)
            {
                bounds.append(bin)
            }
        }
    }

    private static func bin(_ length: Int) -> Int {
        let value = UInt32(clamping: max(1, length))
        let doubling = 31 - value.leadingZeroBitCount
        let part = Int((UInt64(value) * UInt64(binsPerDoubling)) >> UInt64(doubling)) - binsPerDoubling
        return doubling * binsPerDoubling + part
    }
}
