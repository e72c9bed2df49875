internal import DaemonKit
internal import ServingCore
internal import ServingTypes
internal import Settings

extension RouterNodeSettings {
    /// The operator's settings, with the digest of the vocabulary's model.
    init(_ settings: RouterSettings, modelDigest: Bytes128) {
        self.init(
            name: settings.name,
            core: { layout in RouterCoreSettings(settings, layout: layout) },
            clusterSecret: settings.clusterSecret ?? Self.randomSecret(),
            sharesPrefixes: settings.tenants.sharePrefixes,
            needsPrefillWorkers: !settings.placement.localPrefill,
            modelDigest: modelDigest,
            qualities: [:],
            sickAfter: settings.requests.silenceTimeout,
            suspicionLimit: LinkSettings(heartbeatInterval: settings.heartbeat).suspicionLimit,
            heartbeatInterval: settings.heartbeat
        )
        take(settings)
    }

    /// Takes what may change while the router runs.
    mutating func take(_ settings: RouterSettings) {
        core = { layout in RouterCoreSettings(settings, layout: layout) }
        sharesPrefixes = settings.tenants.sharePrefixes
        needsPrefillWorkers = !settings.placement.localPrefill
        qualities = Dictionary(
            uniqueKeysWithValues: settings.allClasses.map { given in
                (given.name, KVQuality(codecs: given.codecs, budget: given.budget))
            }
        )
        tenantWeights = Dictionary(
            uniqueKeysWithValues: settings.tenants.shares.map { ($0.name, $0.weight) }
        )
        sickAfter = settings.requests.silenceTimeout
        drainTimeout = settings.drainTimeout
    }

    private static func randomSecret() -> [UInt8] { (0..<32).map { _ in .random(in: 0...255) } }
}

extension RouterCoreSettings {
    /// The operator's settings for one layout.
    init(_ settings: RouterSettings, layout: KVLayout) {
        self.init(layout: layout)
        placement.policy = settings.placement.policy
        placement.baselines = BaselineSettings(settings.placement.baselines)
        placement.allowsLocalPrefill = settings.placement.localPrefill
        placement.leastSaving = settings.placement.leastSaving
        placement.leastSavingShare = settings.placement.leastSavingShare
        placement.lanes = settings.placement.lanes
        if !settings.placement.fetch { placement.maxFetchSources = 0 }
        links.priorBytesPerSecond = Double(settings.placement.priorBytesPerSecond)
        for site in settings.sites {
            links.uplinks[site.name] = SiteUplink(
                outBytesPerSecond: site.uplinkRate,
                inBytesPerSecond: site.downlinkRate
            )
            links.siteLimits[site.name] = SiteLimits(site)
        }
        pools = PoolSettings(settings.pools)
        prefillClasses = PrefillClassSettings(settings.prefillClasses)
        placement.harmWeight = settings.placement.harmWeight
        placement.layerGroups = settings.placement.layerGroups
        placement.nearTieShare = settings.placement.nearTie
        placement.linkMargin = settings.placement.linkMargin
        placement.maxPlans = settings.placement.maxPlans
        decode = DecodeBalanceSettings(settings.decode)
        prefixHashLimit = settings.placement.maxPrefixHashes
        maxWaiting = settings.requests.maxWaiting
        retryAfter = settings.requests.retryAfter
        limits.queueTimeout = settings.requests.queueTimeout
        limits.maxAttempts = settings.requests.maxAttempts
        limits.answerTimeout = settings.requests.answerTimeout
        limits.lease = settings.requests.lease
        limits.silenceTimeout = settings.requests.silenceTimeout
        limits.avoidance = settings.requests.avoidance
        fairness = FairnessSettings(settings.fairness, settings.tenants)
    }
}

extension BaselineSettings {
    fileprivate init(_ knobs: RouterSettings.BaselineKnobs) {
        self.init()
        balanceRequests = knobs.balanceAbs
        balanceRatio = knobs.balanceRel
        matchThreshold = knobs.matchThreshold
        separateTokens = knobs.staticThreshold
    }
}

extension DecodeBalanceSettings {
    /// The operator's `decode` section.
    init(_ settings: RouterSettings.Decode) {
        self.init()
        expectedShare = settings.expectedShare
        moves = settings.moves
        fullLoad = settings.fullLoad
        leastImbalance = settings.leastImbalance
        dwell = settings.dwell
        coolDown = settings.coolDown
        leastGain = settings.leastGain
    }
}

extension HTTPServerSettings {
    /// The `http` section, and the names of the request classes.
    init(_ settings: RouterSettings) {
        let http = settings.http
        self.init(
            host: http.listen.host,
            port: Int(http.listen.port),
            certificatePath: http.tls?.certificatePath,
            keyPath: http.tls?.privateKeyPath,
            apiKeys: http.apiKeys.map { APIKey($0) },
            bodyLimitBytes: http.bodyLimit,
            requestTimeout: http.requestTimeout,
            writeTimeout: http.writeTimeout,
            maxConcurrentRequests: http.maxConcurrentRequests,
            requestClasses: RequestClasses(
                names: settings.allClasses.map(\.name),
                standard: settings.defaultClass
            ),
            serviceDefaults: ServiceDefaults(settings)
        )
    }
}

extension SiteLimits {
    fileprivate init(_ site: Site) {
        self.init()
        maxUtilisation = site.maxUtilisation
        maxQueue = site.maxQueue
        shareBelow = site.shareBelow
    }
}

extension PoolSettings {
    fileprivate init(_ given: RouterSettings.Pools) {
        self.init()
        mode = given.balance
        leastGain = given.leastGain
        actAbove = given.actAbove
        settling = given.settling
        cooldown = given.cooldown
        dwell = given.dwell
        leastPrefill = given.leastPrefill
        leastDecode = given.leastDecode
        horizon = given.horizon
    }
}

extension PrefillClassSettings {
    fileprivate init(_ given: RouterSettings.PrefillClasses) {
        self.init()
        isOn = given.isOn
        leastWorkers = given.leastWorkers
        shortTokens = given.shortTokens
        penalty = given.penalty
        threshold = given.threshold
        cooldown = given.cooldown
        window = given.window
    }
}
