extension RunSettings: Codable {
    private enum Name {
        static let label = ReportKey("label")
        static let target = ReportKey("target")
        static let backend = ReportKey("backend")
        static let model = ReportKey("model_id")
        static let dataset = ReportKey("dataset_name")
        static let prompts = ReportKey("num_prompts")
        static let arrivals = ReportKey("arrivals")
        static let requestRate = ReportKey("request_rate")
        static let burstiness = ReportKey("burstiness")
        static let maxConcurrency = ReportKey("max_concurrency")
        static let isOpenLoop = ReportKey("open_loop")
        static let seed = ReportKey("seed")
        static let goodput = ReportKey("goodput")
        static let percentiles = ReportKey("metric_percentiles")
        static let lengthBoundaries = ReportKey("length_boundaries")
        static let options = ReportKey("options")

        static let all: Set<ReportKey> = [
            label, target, backend, model, dataset, prompts, arrivals, requestRate, burstiness,
            maxConcurrency,
            isOpenLoop, seed, goodput, percentiles, lengthBoundaries, options,
        ]
    }

    /// Writes the settings; an infinite rate is the word `inf`, one that does not apply is left out.
    public func encode(to encoder: any Encoder) throws {
        var values = encoder.container(keyedBy: ReportKey.self)
        try values.encode(label, forKey: Name.label)
        try values.encode(target, forKey: Name.target)
        try values.encode(backend, forKey: Name.backend)
        try values.encode(model, forKey: Name.model)
        try values.encode(dataset, forKey: Name.dataset)
        try values.encode(prompts, forKey: Name.prompts)
        try values.encode(arrivals, forKey: Name.arrivals)
        try values.encode(requestRate, Name.requestRate)
        try values.encode(burstiness, Name.burstiness)
        try values.encodeIfPresent(maxConcurrency, forKey: Name.maxConcurrency)
        try values.encode(isOpenLoop, forKey: Name.isOpenLoop)
        try values.encode(seed, forKey: Name.seed)
        var goodput = values.nestedContainer(keyedBy: ReportKey.self, forKey: Name.goodput)
        for level in serviceLevels.levels {
            try goodput.encode(level.limit.milliseconds, forKey: ReportKey(level.metric.rawValue))
        }
        try values.encode(percentiles, forKey: Name.percentiles)
        if !lengthBoundaries.isEmpty { try values.encode(lengthBoundaries, forKey: Name.lengthBoundaries) }
        try values.encode(options, forKey: Name.options)
    }

    /// Reads settings; an unknown key is an error.
    public init(from decoder: any Decoder) throws {
        let values = try decoder.container(keyedBy: ReportKey.self)
        try values.rejectOthers(than: Name.all)
        label = try values.decode(String.self, forKey: Name.label)
        target = try values.decode(String.self, forKey: Name.target)
        backend = try values.decode(String.self, forKey: Name.backend)
        model = try values.decode(String.self, forKey: Name.model)
        dataset = try values.decode(String.self, forKey: Name.dataset)
        prompts = try values.decode(Int.self, forKey: Name.prompts)
        arrivals = try values.decode(String.self, forKey: Name.arrivals)
        requestRate = try values.number(Name.requestRate)
        guard let burstiness = try values.number(Name.burstiness) else {
            throw values.corrupted(Name.burstiness, "the burstiness is missing")
        }
        self.burstiness = burstiness
        maxConcurrency = try values.decodeIfPresent(Int.self, forKey: Name.maxConcurrency)
        isOpenLoop = try values.decode(Bool.self, forKey: Name.isOpenLoop)
        seed = try values.decode(UInt64.self, forKey: Name.seed)
        serviceLevels = try Self.serviceLevels(in: values)
        percentiles = try values.decode([Double].self, forKey: Name.percentiles)
        guard percentiles.allSatisfy({ (0...100).contains($0) }) else {
            throw values.corrupted(Name.percentiles, "a percentile lies outside 0...100")
        }
        lengthBoundaries = try values.decodeIfPresent([Int].self, forKey: Name.lengthBoundaries) ?? []
        guard Self.areLengthBoundaries(lengthBoundaries) else {
            throw values.corrupted(Name.lengthBoundaries, "the boundaries do not rise from 1 on")
        }
        options = try values.decode([String: String].self, forKey: Name.options)
    }

    private static func serviceLevels(in values: KeyedDecodingContainer<ReportKey>) throws -> ServiceLevels {
        let goodput = try values.nestedContainer(keyedBy: ReportKey.self, forKey: Name.goodput)
        let levels = try goodput.allKeys.map { key in
            guard let metric = LatencyMetric(rawValue: key.stringValue) else {
                throw goodput.corrupted(key, "no such metric")
            }
            let milliseconds = try goodput.decode(Double.self, forKey: key)
            return ServiceLevels.Level(metric, atMost: try goodput.time(milliseconds, key))
        }
        do {
            return try ServiceLevels(levels)
        } catch {
            throw values.corrupted(Name.goodput, "\(error)")
        }
    }
}
