internal import ServingTypes

extension WorkerSettings {
    /// Reads a worker's settings file and applies `key.path=value` overrides.
    ///
    /// - Parameter overrides: the last one for a key counts. Relative paths in them start at the working
    ///   directory, those in the file at the file's directory.
    /// - Throws: ``SettingsError`` with every problem.
    public static func load(
        path: String,
        overrides: [String] = []
    ) throws(SettingsError) -> LoadedSettings<WorkerSettings> {
        try .load(path: path, overrides: overrides)
    }
}

extension WorkerSettings: ReadableSettings {
    init(reading reader: inout SettingsReader) {
        let none = TLSFiles(authorityPath: "", certificatePath: "", privateKeyPath: "")
        self.init(name: "", cluster: "", routers: [], tls: none)
        reader.require("name", &name, .label)
        reader.require("cluster", &cluster, .label)
        reader.readList("routers", &routers, .endpoint(allowsPortZero: false), 1...64)
        reader.readOptional("site", &site, .label)
        readListen(from: &reader)
        reader.readOptional("advertise", &advertise, .host)
        reader.readOptional("admin.listen", &adminListen, .endpoint(allowsPortZero: true), none: "off")
        reader.readTLS(&tls)
        engine.read(from: &reader)
        kvCache.read(from: &reader)
        scheduler.read(from: &reader)
        transfer.read(from: &reader)
        if transfer.expectedRates[name] != nil {
            let key = "transfer.expected_rates"
            reader.note(key, "\(key) names \(name), which is this worker; name other workers only")
        }
        reader.read("heartbeat", &heartbeat, .duration(.milliseconds(10)...(.seconds(60))))
        reader.read("drain_timeout", &drainTimeout, .duration(.zero...(.seconds(86_400))))
        reader.readMetrics(&metrics)
        reader.readLog(&log)
        reader.checkListeners([("listen", listen), ("admin.listen", adminListen)])
    }

    /// Reads `listen`: on all addresses when a router is elsewhere, so that a further machine need not be told its own.
    private mutating func readListen(from reader: inout SettingsReader) {
        var given: Endpoint?
        reader.readOptional("listen", &given, .endpoint(allowsPortZero: true), none: "auto")
        let distant = routers.filter { !$0.isLoopback }
        // A listener takes one family: that by which routers are reached.
        let all = distant.contains { !$0.host.contains(":") } ? "0.0.0.0" : "::"
        listen = given ?? Endpoint(host: distant.isEmpty ? "127.0.0.1" : all, port: 0)
    }
}

extension WorkerSettings.Engine {
    /// Reads the `engine` section.
    fileprivate mutating func read(from reader: inout SettingsReader) {
        reader.read("engine.kind", &kind, .choice)
        reader.readOptional("engine.model", &modelPath, .path)
        reader.read("engine.kv_type", &kvType, .choice)
        reader.readOptional("engine.threads", &threads, .integer(1...1_024), none: "auto")
        reader.readOptional("engine.profile", &profilePath, .path)
        reader.read("engine.time_scale", &timeScale, .number(0...1_000))
        switch kind {
        case .cpu:
            if !reader.isSet("engine.model") {
                reader.note("engine.model", "engine.model is missing; add the path of a GGUF file")
            }
            if profilePath != nil {
                reader.note(
                    "engine.profile",
                    "engine.profile is given, but engine.kind is cpu; remove one or use paced"
                )
            }
        case .paced:
            if !reader.isSet("engine.profile") {
                reader.note("engine.profile", "engine.profile is missing; add the path of a hardware profile")
            }
        }
    }
}

extension WorkerSettings.KVCache {
    /// Reads the `kv_cache` section.
    fileprivate mutating func read(from reader: inout SettingsReader) {
        reader.read("kv_cache.block_tokens", &blockTokens, .powerOfTwo(8...256))
        let isCounted = reader.isSet("kv_cache.block_count")
        var count: Int?
        var memory: Int?
        if case .memory(let bytes) = size, !isCounted { memory = bytes }
        reader.readOptional("kv_cache.block_count", &count, .integer(1...1 << 30))
        let isMeasured = reader.isSet("kv_cache.memory")
        if isMeasured || isCounted {
            reader.readOptional("kv_cache.memory", &memory, .size(1 << 20...1 << 46))
        } else if var standard = memory {
            // Neither is given: an empty value leaves the default.
            reader.read("kv_cache.memory", &standard, .size(1 << 20...1 << 46))
        }
        if isCounted && isMeasured {
            reader.note(
                "kv_cache.memory",
                "kv_cache.memory and kv_cache.block_count are given; use one of them"
            )
        }
        if let count { size = .blocks(count) } else if let memory { size = .memory(bytes: memory) }
    }
}

extension WorkerSettings.Scheduler {
    /// Reads the `scheduler` section.
    fileprivate mutating func read(from reader: inout SettingsReader) {
        reader.read("scheduler.step_tokens", &stepTokens, .integer(1...1 << 20))
        reader.read("scheduler.max_running", &maxRunning, .integer(1...65_536))
        reader.read("scheduler.max_waiting", &maxWaiting, .integer(1...1_000_000))
        reader.read("scheduler.reserve", &reserve, .choice)
        reader.read("scheduler.expected_share", &expectedShare, .number(0...1))
        reader.read("scheduler.growth_margin", &growthMargin, .number(0...10))
        reader.read("scheduler.headroom", &headroom, .number(0...1))
        reader.readOptional("scheduler.max_batch", &maxBatch, .integer(1...65_536))
        reader.read("scheduler.max_preemptions", &maxPreemptions, .integer(0...1_000))
        reader.read("scheduler.least_progress", &leastProgress, .integer(0...1_000_000))
        readPrefill(from: &reader)
        readLayerPreemption(from: &reader)
    }

    /// Reads how prompts are ordered, batched and cut.
    private mutating func readPrefill(from reader: inout SettingsReader) {
        let pause = SettingKind<Duration>.duration(.zero...(.seconds(1)))
        let patience = SettingKind<Duration>.duration(.zero...(.seconds(86_400)))
        reader.read("scheduler.prefill_policy", &prefillPolicy, .choice)
        let tokens = SettingKind<Int>.integer(1...1 << 20)
        reader.readOptional("scheduler.short_prompt_tokens", &shortPromptTokens, tokens, none: "auto")
        reader.read("scheduler.wait_window", &waitWindow, pause)
        reader.read("scheduler.min_wait_window", &minWaitWindow, pause)
        if minWaitWindow > waitWindow {
            let key = "scheduler.min_wait_window"
            let show = pause.show
            let (low, high) = (show(minWaitWindow), show(waitWindow))
            reader.note(key, "\(key) is \(low), more than scheduler.wait_window, \(high); use at most that")
        }
        reader.read("scheduler.slack_margin", &slackMargin, pause)
        reader.read("scheduler.max_hold", &maxHold, .duration(.milliseconds(1)...(.seconds(60))))
        reader.read("scheduler.short_share", &shortShare, .number(0.05...0.95))
        reader.read("scheduler.max_starvation", &maxStarvation, .duration(.milliseconds(1)...(.seconds(60))))
        reader.read("scheduler.batch_patience", &batchPatience, patience)
        reader.read("scheduler.best_effort_patience", &bestEffortPatience, patience)
    }

    /// Reads when a running step lets others in between its layers.
    private mutating func readLayerPreemption(from reader: inout SettingsReader) {
        reader.read("scheduler.layer_preemption", &layerPreemption, .flag)
        let gain = SettingKind<Duration>.duration(.zero...(.seconds(60)))
        reader.read("scheduler.layer_preemption_gain", &layerPreemptionGain, gain)
        reader.read("scheduler.max_layer_preemptions", &maxLayerPreemptions, .integer(0...65_536))
        reader.read("scheduler.max_yield_share", &maxYieldShare, .number(0...10))
        reader.read("scheduler.mixed", &mixed, .choice)
        reader.read("scheduler.layered_tokens", &layeredTokens, .integer(1...1 << 20))
    }
}

extension WorkerSettings.Transfer {
    /// Reads the `transfer` section.
    fileprivate mutating func read(from reader: inout SettingsReader) {
        let wait = SettingKind<Duration>.duration(.milliseconds(10)...(.seconds(3_600)))
        reader.read("transfer.chunk_bytes", &chunkBytes, .size(4 << 10...4 << 20))
        reader.readOptional("transfer.layer_group", &layerGroup, .integer(1...1_024), none: "auto")
        reader.read("transfer.credit", &credit, .size(64 << 10...1 << 40))
        readLanes(from: &reader, wait)
        reader.read("transfer.offer_parking", &offerParking, .duration(.milliseconds(1)...(.seconds(60))))
        reader.read("transfer.renew_interval", &renewInterval, .duration(.milliseconds(10)...(.seconds(600))))
        reader.read("transfer.key_update_bytes", &keyUpdateBytes, .size(64 << 10...1 << 50))
        readCodecs(from: &reader)
        reader.read("transfer.max_fetches", &maxFetches, .integer(0...65_536))
        reader.read("transfer.fetch_stall_timeout", &fetchStallTimeout, wait)
        readPaths(from: &reader)
        if credit < chunkBytes {
            let show = SettingKind.size(0...(.max)).show
            let (credit, chunk) = (show(credit), show(chunkBytes))
            reader.note(
                "transfer.credit",
                "transfer.credit is \(credit), less than a chunk of \(chunk); use at least that"
            )
        }
    }

    /// Reads what is said about connections.
    private mutating func readLanes(from reader: inout SettingsReader, _ wait: SettingKind<Duration>) {
        reader.read("transfer.lanes", &lanes, .integer(1...64))
        // Who only raises the first wants more, not an error.
        maxLanes = max(maxLanes, lanes)
        reader.read("transfer.max_lanes", &maxLanes, .integer(1...64))
        if maxLanes < lanes {
            let key = "transfer.max_lanes"
            reader.note(key, "\(key) is \(maxLanes), less than transfer.lanes, \(lanes); use at least that")
        }
        reader.read("transfer.lane_idle_timeout", &laneIdleTimeout, wait)
        reader.read("transfer.stall_timeout", &stallTimeout, wait)
        reader.read("transfer.reconnect_timeout", &reconnectTimeout, wait)
    }

    private mutating func readCodecs(from reader: inout SettingsReader) {
        let key = "transfer.codecs"
        reader.readList(key, &codecs, .codec, 1...KVCodec.allCases.count)
        if !codecs.contains(.raw) {
            reader.note(key, "\(key) lacks raw, which every worker must have; add it")
        }
    }

    /// Reads what is said about the ways to other workers.
    private mutating func readPaths(from reader: inout SettingsReader) {
        reader.read("transfer.prior_rate", &priorRate, .linkRate)
        reader.readTable("transfer.expected_rates", &expectedRates, names: .label, .linkRate, limit: 1_024)
        reader.read("transfer.degraded_below", &degradedBelow, .number(0...0.99))
        var probes: Int? = probeBytesPerHour
        reader.readOptional("transfer.probe_bytes_per_hour", &probes, .size(1 << 20...1 << 40), none: "off")
        probeBytesPerHour = probes ?? 0
    }
}
