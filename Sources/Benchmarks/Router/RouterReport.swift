/// What `baton-bench router` prints.
struct RouterReport: Codable {
    /// One kind of request; medians over the rounds.
    struct Kind: Codable {
        /// Answers per second of the saturated router.
        var rate: Double
        /// Processor microseconds of the saturated router per request.
        var cpuMicroseconds: Double
        /// What one core of the router's could answer at that cost.
        var ratePerCore: Double
        /// By number of clients: the last byte, routed less direct.
        var added: [String: LatencySummary]
        /// The first byte of the body, likewise.
        var firstAdded: [String: LatencySummary]
        /// The first byte at the fewest clients, median.
        var firstTokenAdded: Double
        var latency: [String: LatencySummary]
        var direct: [String: LatencySummary]
        var rates: [String: Double]
        var cpu: [String: Double]

        enum CodingKeys: String, CodingKey {
            case rate = "requests_s"
            case cpuMicroseconds = "cpu_us_per_request"
            case ratePerCore = "requests_s_per_core"
            case added = "added_ms"
            case firstAdded = "first_byte_added_ms"
            case firstTokenAdded = "first_token_added_ms"
            case latency = "latency_ms"
            case direct = "direct_ms"
            case rates = "requests_s_by_clients"
            case cpu = "cpu_us_by_clients"
        }
    }

    var bench = "router"
    var machine = MachineReport.current
    var router: String
    var pairs: Int
    var seconds: Double
    var workerPairs: Int
    var tokenIntervalMicroseconds: Int
    var saturatingClients: Int
    var tokens: Kind?
    var completion: Kind?
    var chatStream: Kind?

    enum CodingKeys: String, CodingKey {
        case bench, machine, router, pairs, seconds, tokens, completion
        case workerPairs = "worker_pairs"
        case tokenIntervalMicroseconds = "token_interval_us"
        case saturatingClients = "saturating_clients"
        case chatStream = "chat_stream"
    }

    init(_ options: RouterOptions, _ samples: [RequestKind: RouterSamples]) {
        router = options.target == nil ? "baton" : "port \(options.target?.port ?? 0)"
        pairs = options.pairs
        seconds = options.seconds
        workerPairs = options.workerPairs
        tokenIntervalMicroseconds = options.tokenIntervalMicroseconds
        saturatingClients = options.saturatingClients
        tokens = samples[.tokens].map { Kind($0) }
        completion = samples[.completion].map { Kind($0) }
        chatStream = samples[.chatStream].map { Kind($0) }
    }

    /// The table for a person.
    var text: String {
        let titles = [
            "kind", "clients", "requests/s", "router CPU µs", "direct p50 ms", "p99", "added p50 ms", "p99",
            "first byte added p50 ms", "p99",
        ]
        let kinds = [("tokens", tokens), ("completion", completion), ("chat_stream", chatStream)]
        let rows = kinds.flatMap { name, kind in kind?.rows(name, saturatingClients) ?? [] }
        return """
            what the router adds to \(workerPairs) + \(workerPairs) null workers, \(pairs) rounds of \(seconds) s
            \(ReportText.table(titles, rows))
            """
    }
}

extension RouterReport.Kind {
    init(_ samples: RouterSamples) {
        func byClients<Value>(_ value: ([RouterSamples.Sample]) -> Value) -> [String: Value] {
            Dictionary(uniqueKeysWithValues: samples.byClients.map { ("\($0.key)", value($0.value)) })
        }
        rate = Distribution(samples.saturated.map(\.rate)).median
        cpuMicroseconds = Distribution(samples.saturated.map(\.cpuMicroseconds)).median
        ratePerCore = 1e6 / cpuMicroseconds
        added = byClients { LatencySummary(medianOf: $0.map { $0.routed - $0.direct }) }
        firstAdded = byClients { LatencySummary(medianOf: $0.map(\.firstAdded)) }
        let fewest = samples.byClients.keys.min() ?? 1
        firstTokenAdded = firstAdded["\(fewest)"]?.p50 ?? 0
        latency = byClients { LatencySummary(medianOf: $0.map(\.routed)) }
        direct = byClients { LatencySummary(medianOf: $0.map(\.direct)) }
        rates = byClients { Distribution($0.map(\.rate)).median }
        cpu = byClients { Distribution($0.map(\.cpuMicroseconds)).median }
    }

    func rows(_ name: String, _ saturatingClients: Int) -> [[String]] {
        let number = ReportText.number
        let measured = added.keys.compactMap { Int($0) }.sorted().map { clients -> [String] in
            let key = "\(clients)"
            let times = [direct[key], added[key], firstAdded[key]].flatMap { summary in
                [summary?.p50, summary?.p99].map { $0.map(number) ?? "" }
            }
            return [name, key, Self.whole(rates[key]), Self.whole(cpu[key])] + times
        }
        let saturated = [name, "\(saturatingClients)", Self.whole(rate), Self.whole(cpuMicroseconds)]
        return measured + [saturated + Array(repeating: "", count: 6)]
    }

    private static func whole(_ value: Double?) -> String { value.map { "\(Int($0.rounded()))" } ?? "" }
}
