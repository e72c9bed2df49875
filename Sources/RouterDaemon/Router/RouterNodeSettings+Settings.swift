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
        placement.priorBytesPerSecond = Double(settings.placement.priorBytesPerSecond)
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
    /// The `http` section.
    init(_ settings: RouterSettings.HTTP) {
        self.init(
            host: settings.listen.host,
            port: Int(settings.listen.port),
            certificatePath: settings.tls?.certificatePath,
            keyPath: settings.tls?.privateKeyPath,
            apiKeys: settings.apiKeys.map { APIKey(key: $0.key, tenant: $0.tenant) },
            bodyLimitBytes: settings.bodyLimit,
            requestTimeout: settings.requestTimeout,
            writeTimeout: settings.writeTimeout,
            maxConcurrentRequests: settings.maxConcurrentRequests
        )
    }
}
