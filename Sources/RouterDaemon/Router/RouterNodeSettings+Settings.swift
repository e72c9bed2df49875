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
            qualities: Dictionary(
                uniqueKeysWithValues: settings.allClasses.map { given in
                    (given.name, KVQuality(codecs: given.codecs, budget: given.budget))
                }
            ),
            sickAfter: settings.requests.silenceTimeout,
            suspicionLimit: LinkSettings(heartbeatInterval: settings.heartbeat).suspicionLimit,
            heartbeatInterval: settings.heartbeat
        )
    }

    private static func randomSecret() -> [UInt8] { (0..<32).map { _ in .random(in: 0...255) } }
}

extension RouterCoreSettings {
    /// The operator's settings for one layout.
    init(_ settings: RouterSettings, layout: KVLayout) {
        self.init(layout: layout)
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
        }
        placement.harmWeight = settings.placement.harmWeight
        placement.layerGroups = settings.placement.layerGroups
        placement.maxPlans = settings.placement.maxPlans
        prefixHashLimit = settings.placement.maxPrefixHashes
        maxWaiting = settings.requests.maxWaiting
        retryAfter = settings.requests.retryAfter
        limits.queueTimeout = settings.requests.queueTimeout
        limits.maxAttempts = settings.requests.maxAttempts
        limits.answerTimeout = settings.requests.answerTimeout
        limits.lease = settings.requests.lease
        limits.silenceTimeout = settings.requests.silenceTimeout
        limits.avoidance = settings.requests.avoidance
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
            apiKeys: http.apiKeys.map { APIKey(key: $0.key, tenant: $0.tenant) },
            bodyLimitBytes: http.bodyLimit,
            requestTimeout: http.requestTimeout,
            writeTimeout: http.writeTimeout,
            maxConcurrentRequests: http.maxConcurrentRequests,
            requestClasses: RequestClasses(
                names: settings.allClasses.map(\.name),
                standard: settings.defaultClass
            )
        )
    }
}
