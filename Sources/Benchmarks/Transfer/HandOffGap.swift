/// What overlap cannot hide of a transfer: the model of the design, for n equal layer groups.
enum HandOffGap {
    /// `max(0, S/B − T·(n−1)/n − S/(nB)) + S/(nB)`, in seconds.
    ///
    /// - Parameters:
    ///   - transferSeconds: S/B, all KV over the link alone.
    ///   - prefillSeconds: T.
    ///   - groupCount: n, at least 1.
    static func predicted(transferSeconds: Double, prefillSeconds: Double, groupCount: Int) -> Double {
        precondition(groupCount >= 1, "\(groupCount) layer groups")
        let count = Double(groupCount)
        let last = transferSeconds / count
        return max(0, transferSeconds - prefillSeconds * (count - 1) / count - last) + last
    }

    /// Whether a measured gap agrees with the model: within 15 %, or within 10 ms where that is more.
    static func agrees(measured: Double, predicted: Double) -> Bool {
        abs(measured - predicted) <= max(0.15 * predicted, 0.010)
    }
}
