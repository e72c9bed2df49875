import ServingTypes

/// Arrival rates and lengths of what was placed lately, by site.
///
/// Sums fade with `τ / (τ + Δ)` per step, an implicit Euler step of `dS/dt = λ − S/τ`: in a steady state a sum
/// over `τ` is the rate, whatever the steps. O(1) per request, O(sites) per step.
struct TrafficMeter: Sendable {
    /// Requests below which a mean says nothing.
    static let leastRequests = 4.0

    private var horizon: Double
    private(set) var sites: [String: SiteTraffic] = [:]
    private var submitted = 0.0
    private var placed = 0.0
    /// Time that the sums stand for, in seconds: less than the horizon at first.
    private var weight = 0.0

    init(horizon: Duration) { self.horizon = max(horizon.inSeconds, 1e-3) }

    /// Averages over another time from now on; what was seen so far fades at the new pace.
    mutating func update(horizon: Duration) { self.horizon = max(horizon.inSeconds, 1e-3) }

    /// A request came.
    mutating func submit() { submitted += 1 }

    /// A request is placed for the first time.
    ///
    /// - Parameters:
    ///   - prefillSite: `nil` when it is prefilled where it is decoded.
    ///   - prompt: what the prefilling worker computes.
    mutating func place(prefillSite: String?, decodeSite: String, prompt: PromptMix, contextTokens: Int) {
        placed += 1
        let isCrossing = prefillSite.map { $0 != decodeSite } ?? false
        var decode = SiteTraffic()
        decode.decoded = 1
        decode.contextTokens = Double(contextTokens)
        decode.offloaded = prefillSite == nil ? 0 : 1
        decode.imported = isCrossing ? 1 : 0
        if prefillSite == nil { decode.local = prompt }
        sites[decodeSite, default: SiteTraffic()] += decode
        guard let prefillSite else { return }
        var prefill = SiteTraffic()
        prefill.prefilled = 1
        prefill.exported = isCrossing ? 1 : 0
        prefill.prefill = prompt
        sites[prefillSite, default: SiteTraffic()] += prefill
    }

    /// An answer is complete.
    mutating func finish(decodeSite: String, outputTokens: Int) {
        var answer = SiteTraffic()
        answer.answers = 1
        answer.outputTokens = Double(outputTokens)
        sites[decodeSite, default: SiteTraffic()] += answer
    }

    /// Lets the sums fade; sites without a trace of a request are forgotten.
    mutating func step(elapsed: Duration) {
        let seconds = max(0, elapsed.inSeconds)
        let factor = horizon / (horizon + seconds)
        weight = (weight + seconds) * factor
        submitted *= factor
        placed *= factor
        for site in sites.keys.sorted() {
            sites[site]?.scale(factor)
            if let traffic = sites[site], traffic.decoded + traffic.prefilled + traffic.answers < 1e-3 {
                sites[site] = nil
            }
        }
    }

    /// What one site's requests are like; means fall back on all sites' while the site has seen too little, and
    /// `nil` when even those have.
    func demand(at site: String) -> PoolDemand? {
        var all = SiteTraffic()
        for name in sites.keys.sorted() { all += sites[name] ?? SiteTraffic() }
        guard weight > 0, all.decoded >= Self.leastRequests, all.answers >= Self.leastRequests else {
            return nil
        }
        let own = sites[site] ?? SiteTraffic()
        func mean(_ count: (SiteTraffic) -> Double, _ sum: (SiteTraffic) -> PromptMix) -> PromptMix {
            let traffic = count(own) >= Self.leastRequests ? own : all
            return count(traffic) > 0 ? sum(traffic) * (1 / count(traffic)) : PromptMix()
        }
        let decode = own.decoded >= Self.leastRequests ? own : all
        let answer = own.answers >= Self.leastRequests ? own : all
        var demand = PoolDemand()
        demand.decoded = own.decoded / weight
        demand.prefilled = own.prefilled / weight
        demand.imported = own.imported / weight
        demand.exported = own.exported / weight
        demand.offloaded = decode.offloaded / decode.decoded
        demand.prefill = mean(\.prefilled, \.prefill)
        demand.local = mean({ $0.decoded - $0.offloaded }, \.local)
        // Without any prefill elsewhere so far: what is computed locally is what it would be asked for.
        if demand.prefill.newTokens == 0 { demand.prefill = demand.local }
        demand.contextTokens = decode.contextTokens / decode.decoded
        demand.outputTokens = answer.outputTokens / answer.answers
        demand.pressure = placed > 0 ? max(1, submitted / placed) : 1
        return demand
    }
}
