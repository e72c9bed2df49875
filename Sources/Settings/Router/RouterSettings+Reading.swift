extension RouterSettings {
    /// Reads `router.yaml` and applies `key.path=value` overrides.
    ///
    /// - Parameter overrides: the last one for a key counts. Relative paths in them start at the working
    ///   directory, those in the file at the file's directory.
    /// - Throws: ``SettingsError`` with every problem.
    public static func load(
        path: String,
        overrides: [String] = []
    ) throws(SettingsError) -> LoadedSettings<RouterSettings> {
        try .load(path: path, overrides: overrides)
    }
}

extension RouterSettings: ReadableSettings {
    init(reading reader: inout SettingsReader) {
        let none = TLSFiles(authorityPath: "", certificatePath: "", privateKeyPath: "")
        self.init(name: "", cluster: "", tls: none, vocabularyPath: "")
        reader.require("name", &name, .label)
        reader.require("cluster", &cluster, .label)
        reader.read("listen", &listen, .endpoint(allowsPortZero: true))
        http.read(from: &reader)
        reader.readOptional("admin.listen", &adminListen, .endpoint(allowsPortZero: true), none: "off")
        reader.readTLS(&tls)
        reader.require("model.vocabulary", &model.vocabularyPath, .path)
        reader.readList("model.aliases", &model.aliases, .text("a name", limit: 128), 0...64)
        clusterSecret = Self.readClusterSecret(from: &reader)
        tenants.read(from: &reader)
        fairness.read(from: &reader)
        placement.read(from: &reader)
        decode.read(from: &reader)
        sites = Self.readSites(from: &reader)
        pools.read(from: &reader)
        prefillClasses.read(from: &reader)
        readClasses(from: &reader)
        requests.read(from: &reader)
        tracing.read(from: &reader)
        recording.read(from: &reader)
        reader.read("heartbeat", &heartbeat, .duration(.milliseconds(10)...(.seconds(60))))
        reader.read("drain_timeout", &drainTimeout, .duration(.zero...(.seconds(86_400))))
        reader.readMetrics(&metrics)
        reader.readLog(&log)
        reader.checkListeners([
            ("listen", listen), ("http.listen", http.listen), ("admin.listen", adminListen),
        ])
    }

    private static func readClusterSecret(from reader: inout SettingsReader) -> [UInt8]? {
        let key = "cluster_secret_file"
        var path: String?
        reader.readOptional(key, &path, .path)
        guard let path else { return nil }
        do throws(FileProblem) {
            let secret = try SmallFile.secret(at: path)
            reader.keepContent(secret, of: key)
            if secret.count >= 16 { return secret }
            reader.note(
                key,
                "\(key) is \(path), which has \(secret.count) bytes; use 16 random bytes or more"
            )
        } catch {
            reader.note(key, "\(key) is \(path), which cannot be read: \(error.reason); use a readable file")
        }
        return nil
    }
}

extension RouterSettings.HTTP {
    /// Reads the `http` section.
    fileprivate mutating func read(from reader: inout SettingsReader) {
        reader.read("http.listen", &listen, .endpoint(allowsPortZero: true))
        tls = Self.readCertificate(from: &reader)
        apiKeys = Self.readKeys(from: &reader)
        reader.read("http.body_limit", &bodyLimit, .size(1 << 10...1 << 30))
        reader.read("http.write_timeout", &writeTimeout, .duration(.milliseconds(100)...(.seconds(3_600))))
        reader.read(
            "http.request_timeout",
            &requestTimeout,
            .duration(.milliseconds(100)...(.seconds(86_400)))
        )
        reader.read("http.max_concurrent_requests", &maxConcurrentRequests, .integer(1...1_000_000))
    }

    private static func readCertificate(
        from reader: inout SettingsReader
    ) -> RouterSettings.ServerCertificate? {
        var (certificate, key) = (String?.none, String?.none)
        reader.readOptional("http.certificate", &certificate, .path)
        reader.readOptional("http.key", &key, .path)
        if let certificate, let key {
            return RouterSettings.ServerCertificate(certificatePath: certificate, privateKeyPath: key)
        }
        if certificate != nil && !reader.isSet("http.key") {
            reader.note("http.certificate", "http.certificate is given without http.key; use both or none")
        }
        if key != nil && !reader.isSet("http.certificate") {
            reader.note("http.key", "http.key is given without http.certificate; use both or none")
        }
        return nil
    }

    private static func readKeys(from reader: inout SettingsReader) -> [APIKey] {
        var keys: [APIKey] = []
        for entry in reader.sections("http.api_keys", limit: 10_000) {
            guard let key = readKey(entry, from: &reader) else { continue }
            if keys.contains(where: { $0.key == key.key }) {
                reader.note(entry, "\(entry) has the key of an earlier entry; use each key once")
            }
            keys.append(key)
        }
        return keys
    }

    private static func readKey(_ entry: String, from reader: inout SettingsReader) -> APIKey? {
        var (key, file, tenant, namesTenants) = (String?.none, String?.none, "", false)
        reader.readSecret("\(entry).key", &key, .key)
        reader.readOptional("\(entry).key_file", &file, .path)
        reader.require("\(entry).tenant", &tenant, .text("a name", limit: 128))
        reader.read("\(entry).names_tenants", &namesTenants, .flag)
        if reader.isSet("\(entry).key") == reader.isSet("\(entry).key_file") {
            reader.note(entry, "\(entry) needs exactly one of key and key_file")
            return nil
        }
        if let file { key = reader.readSecretFile(file, "\(entry).key_file", .key, noun: "key") }
        return key.map { APIKey(key: $0, tenant: tenant, namesTenants: namesTenants) }
    }
}

extension RouterSettings.Placement {
    /// Reads the `placement` section.
    fileprivate mutating func read(from reader: inout SettingsReader) {
        reader.read("placement.policy", &policy, .choice)
        baselines.read(from: &reader)
        reader.read("placement.local_prefill", &localPrefill, .flag)
        reader.read(
            "placement.prior_bandwidth",
            &priorBytesPerSecond,
            .rate(1_000...1_000_000_000_000)
        )
        reader.read("placement.fetch", &fetch, .flag)
        reader.read("placement.least_saving", &leastSaving, .duration(.zero...(.seconds(60))))
        reader.read("placement.least_saving_share", &leastSavingShare, .number(0...1))
        reader.read("placement.lanes", &lanes, .integer(1...64))
        reader.read("placement.harm_weight", &harmWeight, .number(0...1_000))
        reader.read("placement.layer_groups", &layerGroups, .integer(1...1_024))
        reader.read("placement.near_tie", &nearTie, .number(0...1))
        reader.read("placement.link_margin", &linkMargin, .number(0...1))
        reader.read("placement.max_plans", &maxPlans, .integer(2...65_536))
        reader.read("placement.max_prefix_hashes", &maxPrefixHashes, .integer(1...1 << 30))
    }
}

extension RouterSettings.Decode {
    /// Reads the `decode` section.
    fileprivate mutating func read(from reader: inout SettingsReader) {
        reader.read("decode.expected_share", &expectedShare, .number(0...1))
        reader.read("decode.moves", &moves, .flag)
        reader.read("decode.full_load", &fullLoad, .number(0...1))
        reader.read("decode.least_imbalance", &leastImbalance, .number(0...1))
        reader.read("decode.dwell", &dwell, .duration(.zero...(.seconds(3_600))))
        reader.read("decode.cool_down", &coolDown, .duration(.zero...(.seconds(3_600))))
        reader.read("decode.least_gain", &leastGain, .number(0...1_000))
    }
}

extension RouterSettings.Requests {
    /// Reads the `requests` section.
    fileprivate mutating func read(from reader: inout SettingsReader) {
        let wait = SettingKind<Duration>.duration(.milliseconds(10)...(.seconds(3_600)))
        reader.read("requests.max_waiting", &maxWaiting, .integer(0...1_000_000))
        reader.read("requests.queue_timeout", &queueTimeout, wait)
        reader.read("requests.max_attempts", &maxAttempts, .integer(1...100))
        reader.read("requests.answer_timeout", &answerTimeout, wait)
        reader.read("requests.lease", &lease, wait)
        reader.read("requests.silence_timeout", &silenceTimeout, wait)
        reader.read("requests.avoidance", &avoidance, .duration(.zero...(.seconds(60))))
        reader.read("requests.retry_after", &retryAfter, .duration(.seconds(1)...(.seconds(3_600))))
    }
}
