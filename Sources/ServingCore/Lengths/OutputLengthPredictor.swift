import ServingTypes

/// Guesses how long answers become from those of the same tenant to prompts of the same length.
///
/// Never trusted for correctness. Where a bucket has seen too little, all of the tenant's answers count, then
/// everybody's. About 3 KB per tenant, for at most 256 tenants; later ones share everybody's figures.
struct OutputLengthPredictor: Sendable {
    private struct Tenant: Sendable {
        var all = OutputLengthHistogram()
        /// By length of the prompt.
        var buckets: [OutputLengthHistogram?] = Array(repeating: nil, count: OutputLengthPredictor.buckets)
    }

    private static let buckets = 7
    private static let maxTenants = 256
    /// Answers from which on a histogram is asked.
    private static let leastAnswers: Float = 8

    /// Share of the answers that are expected not to be longer, 0 to 1.
    var quantile: Double {
        didSet { precondition((0...1).contains(quantile), "quantile is \(quantile)") }
    }
    private var tenants: [TenantTag: Tenant] = [:]
    private var everybody = Tenant()

    /// - Parameter quantile: share of the answers that are expected not to be longer, 0 to 1.
    init(quantile: Double) {
        precondition((0...1).contains(quantile), "quantile is \(quantile)")
        self.quantile = quantile
    }

    /// Output tokens to expect, 1 to `maxTokens`; `nil` until enough was seen.
    func expect(_ tenant: TenantTag, promptTokens: Int, maxTokens: Int) -> Int? {
        let bucket = Self.bucket(of: promptTokens)
        let histograms = [
            tenants[tenant]?.buckets[bucket], tenants[tenant]?.all, everybody.buckets[bucket], everybody.all,
        ]
        let known = histograms.compactMap(\.self).first { $0.total >= Self.leastAnswers }
        return known?.quantile(quantile).map { min(max(1, $0), maxTokens) }
    }

    /// Learns from a complete answer.
    mutating func learn(_ tenant: TenantTag, promptTokens: Int, outputTokens: Int) {
        let bucket = Self.bucket(of: promptTokens)
        Self.add(outputTokens, bucket, &everybody)
        guard tenants[tenant] != nil || tenants.count < Self.maxTenants else { return }
        Self.add(outputTokens, bucket, &tenants[tenant, default: Tenant()])
    }

    private static func add(_ tokens: Int, _ bucket: Int, _ tenant: inout Tenant) {
        tenant.all.add(tokens)
        var histogram = tenant.buckets[bucket] ?? OutputLengthHistogram()
        histogram.add(tokens)
        tenant.buckets[bucket] = histogram
    }

    /// Prompts below 64 tokens, then by factors of four, the last from 64 Ki on.
    private static func bucket(of promptTokens: Int) -> Int {
        let bits = Int.bitWidth - max(1, promptTokens).leadingZeroBitCount
        return min(max(0, (bits - 5) / 2), buckets - 1)
    }
}
