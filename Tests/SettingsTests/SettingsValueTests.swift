import ServingTypes
import Testing

@testable import Settings

@Suite struct SettingsValueTests {
    @Test("what is not said is the default")
    func defaults() throws {
        let router = try parse(RouterSettings.self, routerText).value
        let tls = TLSFiles(
            authorityPath: "/etc/baton/ca.pem",
            certificatePath: "/etc/baton/r1.pem",
            privateKeyPath: "/etc/baton/r1-key.pem"
        )
        #expect(
            router
                == RouterSettings(
                    name: "r1",
                    cluster: "lab",
                    tls: tls,
                    vocabularyPath: "/etc/baton/tiny.gguf"
                )
        )
    }

    @Test("overrides win over the file, the last one counts, and their paths start at the working directory")
    func overrides() throws {
        let overrides = [
            "http.listen=[::1]:80", "placement.prior_bandwidth=1Gbit/s", "http.body_limit=1.5MiB",
            "model.vocabulary=a/b.gguf", "tls.ca=../x/ca.pem", "log.level=debug", "log.level=error",
            "model.aliases=[gpt, \"a: b\"]", "admin.listen=off", "http.api_keys=[{key: k=1, tenant: t}]",
            "requests.lease=1.5s",
        ]
        let loaded = try parse(
            RouterSettings.self,
            routerText + "log: {level: info, format: json}\n",
            overrides
        )
        let settings = loaded.value
        #expect(settings.http.listen == Endpoint(host: "::1", port: 80))
        #expect(settings.placement.priorBytesPerSecond == 125_000_000)
        #expect(settings.http.bodyLimit == 3 << 19)
        #expect(settings.model.vocabularyPath == "/home/a/b.gguf")
        #expect(settings.tls.authorityPath == "/x/ca.pem")
        #expect(settings.tls.certificatePath == "/etc/baton/r1.pem")
        #expect(settings.log.level == .error && settings.log.format == .json)
        #expect(settings.model.aliases == ["gpt", "a: b"])
        #expect(settings.adminListen == nil)
        #expect(settings.http.apiKeys == [APIKey(key: "k=1", tenant: "t")])
        #expect(settings.requests.lease == .milliseconds(1_500))
        let sources = Dictionary(uniqueKeysWithValues: loaded.effective.map { ($0.path, $0.source) })
        #expect(sources["log.level"] == .commandLine)
        #expect(sources["log.format"] == .file(name: "f.yaml", line: 6))
        #expect(sources["heartbeat"] == .standard)
    }

    @Test(
        "a pool is counted in blocks or bytes",
        arguments: [
            ("", KVCacheSize.memory(bytes: 512 << 20), 4_096),
            ("kv_cache: {block_count: 100}\n", .blocks(100), 100),
            ("kv_cache: {memory: 1GiB}\n", .memory(bytes: 1 << 30), 8_192),
            ("kv_cache: {block_count: 7, memory: null}\n", .blocks(7), 7),
        ]
    )
    func poolSize(lines: String, size: KVCacheSize, blockCount: Int) throws {
        let settings = try parse(WorkerSettings.self, workerText + lines).value
        #expect(settings.kvCache.size == size)
        #expect(settings.kvCache.size.blockCount(blockBytes: 128 << 10) == blockCount)
    }

    @Test("how steps yield is said in the scheduler's section")
    func layerPreemption() throws {
        let lines = """
            scheduler:
              layer_preemption: false
              layer_preemption_gain: 20ms
              max_layer_preemptions: 0
              max_yield_share: 0.25
              mixed: layered
              layered_tokens: 4096

            """
        let scheduler = try parse(WorkerSettings.self, workerText + lines).value.scheduler
        #expect(!scheduler.layerPreemption && scheduler.layerPreemptionGain == .milliseconds(20))
        #expect(scheduler.maxLayerPreemptions == 0 && scheduler.maxYieldShare == 0.25)
        #expect(scheduler.mixed == .layered && scheduler.layeredTokens == 4_096)
        let wrong = problems(
            WorkerSettings.self,
            workerText + "scheduler: {mixed: both, max_yield_share: 11, layered_tokens: 0}\n"
        )
        #expect(wrong.count == 3 && wrong.contains { $0.contains("chunked") && $0.contains("layered") })
    }

    @Test("peers are told the address of the listener unless another is advertised")
    func advertisedHost() throws {
        let cases: [(overrides: [String], listen: String, advertised: String?)] = [
            (["listen=10.0.0.5:7500"], "10.0.0.5:7500", "10.0.0.5"),
            (["listen=0.0.0.0:7500", "advertise=w1.lab"], "0.0.0.0:7500", "w1.lab"),
            // Told to each peer by the address that the connection to it has.
            (["listen=0.0.0.0:7500"], "0.0.0.0:7500", nil),
            (["listen='[::]:7500'"], "[::]:7500", nil),
            (["listen=auto"], "0.0.0.0:0", nil),
            ([], "0.0.0.0:0", nil),
            // Where everything is on one machine nobody else needs to get in.
            (["routers=['127.0.0.1:7400', 'localhost:7401', '[::1]:7402']"], "127.0.0.1:0", "127.0.0.1"),
            (["routers=['127.0.0.1:7400', '127.lab:7401']"], "0.0.0.0:0", nil),
            (["routers=['127.0.0.1:7400', '[fd00::1]:7401']"], "[::]:0", nil),
        ]
        for row in cases {
            let settings = try parse(WorkerSettings.self, workerText, row.overrides).value
            #expect(settings.listen.description == row.listen, "\(row.overrides)")
            #expect(settings.advertisedHost == row.advertised, "\(row.overrides)")
        }
    }

    @Test("a worker's scheduler takes every prefill policy and its knobs")
    func prefillScheduling() throws {
        let lines = """
            scheduler:
              prefill_policy: fcfs_unchunked
              short_prompt_tokens: 300
              wait_window: 8ms
              min_wait_window: 2ms
              slack_margin: 1ms
              max_hold: 40ms
              short_share: 0.8
              max_starvation: 1s
              batch_patience: 3s
              best_effort_patience: 2m

            """
        let scheduler = try parse(WorkerSettings.self, workerText + lines).value.scheduler
        #expect(scheduler.prefillPolicy == .fcfsUnchunked && scheduler.shortPromptTokens == 300)
        #expect(scheduler.waitWindow == .milliseconds(8) && scheduler.minWaitWindow == .milliseconds(2))
        #expect(scheduler.slackMargin == .milliseconds(1) && scheduler.maxHold == .milliseconds(40))
        #expect(scheduler.shortShare == 0.8 && scheduler.maxStarvation == .seconds(1))
        #expect(scheduler.batchPatience == .seconds(3) && scheduler.bestEffortPatience == .seconds(120))
        #expect(try parse(WorkerSettings.self, workerText).value.scheduler.shortPromptTokens == nil)
    }

    @Test("rates of paths are bytes per second by peer, whatever their unit and the peer's name")
    func expectedRates() throws {
        let lines = """
            transfer:
              prior_rate: 10MiB/s
              expected_rates: {d1: 1Gbit/s, rack.2: 100MB/s, 7: 1MB/s}
              probe_bytes_per_hour: off
              lanes: 6

            """
        let transfer = try parse(WorkerSettings.self, workerText + lines).value.transfer
        #expect(transfer.priorRate == 10_485_760)
        #expect(transfer.expectedRates == ["d1": 125e6, "rack.2": 100e6, "7": 1e6])
        #expect(transfer.probeBytesPerHour == 0)
        #expect(transfer.lanes == 6 && transfer.maxLanes == 6, "who raises lanes alone raises their limit")
        let other = try parse(WorkerSettings.self, workerText, ["transfer.expected_rates.d2=8kbit/s"]).value
        #expect(other.transfer.expectedRates == ["d2": 1_000])
        #expect(other.transfer.codecs == [.raw, .q8, .cachegen])
    }

    @Test("the class exact is there without being written, beside the operator's own")
    func requestClasses() throws {
        let lines = "request_classes: [{name: fast, codecs: [q8], kv_budget: {tokens: 512, sinks: 0}}]\n"
        let settings = try parse(RouterSettings.self, routerText + lines).value
        #expect(settings.defaultClass == "exact")
        #expect(settings.requestClass(named: "exact") == RequestClass(name: "exact", codecs: [.raw]))
        let budget = KVBudget(tokens: 512, sinkTokens: 0, recentTokens: 64)
        #expect(
            settings.requestClass(named: "fast") == RequestClass(name: "fast", codecs: [.q8], budget: budget)
        )
        #expect(settings.requestClass(named: "slow") == nil)
    }

    @Test(
        "a collector's URL names its path, or has OTLP's",
        arguments: [
            ("http://127.0.0.1:4318", "http://127.0.0.1:4318/v1/traces"),
            ("https://c/", "https://c/v1/traces"),
            ("http://[::1]:4318/x/y?z=1", "http://[::1]:4318/x/y?z=1"),
            ("http://[::1]", "http://[::1]/v1/traces"),
            ("ftp://c", nil), ("http://", nil), ("http://c:0", nil), ("http://c:99999", nil), ("c:4318", nil),
            ("http://c/a b", nil),
        ]
    )
    func collector(url: String, expected: String?) {
        let given = "tracing.endpoint=\(YAMLText.scalar(url))"
        let settings = try? parse(RouterSettings.self, routerText, [given]).value
        #expect(settings?.tracing.endpoint == expected)
    }

    @Test("what a collector's headers say is in the settings and in no print")
    func collectorHeaders() throws {
        let lines = "tracing: {headers: [{name: Authorization, value: Bearer s3same}], timeout: 2s}\n"
        let loaded = try parse(RouterSettings.self, routerText + lines)
        #expect(
            loaded.value.tracing.headers
                == [TracingSettings.Header(name: "Authorization", value: "Bearer s3same")]
        )
        #expect(loaded.value.tracing.timeout == .seconds(2) && loaded.value.tracing.endpoint == nil)
        #expect(!loaded.yaml.contains("s3same"))
    }

    @Test("anchors and aliases of YAML work")
    func aliases() throws {
        let text = routerText + "requests: {lease: &wait 7s, queue_timeout: *wait}\n"
        #expect(try parse(RouterSettings.self, text).value.requests.queueTimeout == .seconds(7))
    }

    @Test(arguments: [
        ("a:1", Endpoint(host: "a", port: 1)), ("127.0.0.1:65535", Endpoint(host: "127.0.0.1", port: 65_535)),
        ("[::1]:0", Endpoint(host: "::1", port: 0)),
        ("[fe80::1%eth0]:5", Endpoint(host: "fe80::1%eth0", port: 5)),
        ("", nil), (":1", nil), ("a", nil), ("a:", nil), ("a:65536", nil), ("a:-1", nil), ("a:+1", nil),
        ("::1:80", nil), ("[a]:1", nil), ("[::1]", nil), ("a b:1", nil), ("a/b:1", nil), ("http://a:1", nil),
    ])
    func endpoints(text: String, expected: Endpoint?) {
        #expect(Endpoint(text) == expected)
        if let expected { #expect(expected.description == text) }
    }
}
