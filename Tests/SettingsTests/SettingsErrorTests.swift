import Settings
import Testing

@Suite struct SettingsErrorTests {
    @Test(arguments: [
        ("the minimum is enough", "", []),
        (
            "an unknown key names the nearest", "lisen: a:1\n",
            ["f.yaml:6: lisen is unknown; the nearest key is listen"]
        ),
        (
            "an unknown key in a section names the nearest there", "http:\n  listn: a:1\n",
            ["f.yaml:7: http.listn is unknown; the nearest key is http.listen"]
        ),
        (
            "a key in the wrong place names its section", "body_limit: 8MiB\n",
            ["f.yaml:6: body_limit is unknown; the nearest key is http.body_limit"]
        ),
        (
            "an unknown section counts once", "htpp:\n  listen: a:1\n  key: b\n",
            ["f.yaml:6: htpp is unknown; the nearest key is http"]
        ),
        (
            "a dotted key is explained", "http.listen: a:1\n",
            [
                "f.yaml:6: http.listen is unknown, because of the dot; "
                    + "write a section and below it, indented, its key"
            ]
        ),
        (
            "a section may not be a value", "http: fast\n",
            [
                "f.yaml:6: http is fast; use a section with keys out of listen, certificate, key, api_keys, "
                    + "body_limit, write_timeout, request_timeout, max_concurrent_requests"
            ]
        ),
        (
            "a value may not be a section", "listen: {port: 1}\n",
            ["f.yaml:6: listen is a section; use HOST:PORT with a port from 0 to 65535"]
        ),
        (
            "a value may not be a list", "heartbeat: [1s]\n",
            ["f.yaml:6: heartbeat is a list; use a time from 10ms to 1m, such as 500ms or 30s"]
        ),
        (
            "a key without a value is a problem", "heartbeat:\n",
            ["f.yaml:6: heartbeat is empty; use a time from 10ms to 1m, such as 500ms or 30s"]
        ),
        (
            "a time needs its unit", "heartbeat: 3\n",
            ["f.yaml:6: heartbeat is 3; use a time from 10ms to 1m, such as 500ms or 30s"]
        ),
        (
            "a size needs its unit and range", "http: {body_limit: 2GiB}\n",
            ["f.yaml:6: http.body_limit is 2GiB; use a size from 1KiB to 1GiB, such as 8MiB"]
        ),
        (
            "a number in quotes is text", "requests: {max_attempts: \"5\"}\n",
            ["f.yaml:6: requests.max_attempts is \"5\"; use a whole number from 1 to 100"]
        ),
        (
            "a fraction is no whole number", "requests: {max_attempts: 2.5}\n",
            ["f.yaml:6: requests.max_attempts is 2.5; use a whole number from 1 to 100"]
        ),
        (
            "YAML 1.1's words for truth are not ours", "placement: {local_prefill: yes}\n",
            ["f.yaml:6: placement.local_prefill is yes; use true or false"]
        ),
        (
            "a number has a range", "placement: {harm_weight: -1}\n",
            ["f.yaml:6: placement.harm_weight is -1; use a number from 0 to 1000"]
        ),
        (
            "no number is infinite", "placement: {harm_weight: inf}\n",
            ["f.yaml:6: placement.harm_weight is inf; use a number from 0 to 1000"]
        ),
        (
            "a rate has a unit per second", "placement: {prior_bandwidth: 100MB}\n",
            [
                "f.yaml:6: placement.prior_bandwidth is 100MB; "
                    + "use a rate from 1kB/s to 1TB/s, such as 100MB/s or 1Gbit/s"
            ]
        ),
        (
            "a word is one of a few", "log: {level: verbose}\n",
            [
                "f.yaml:6: log.level is verbose; use trace, debug, info, notice, warning, error or critical"
            ]
        ),
        (
            "a list entry is checked", "model2: 1\nadmin: {listen: here}\n",
            [
                "f.yaml:6: model2 is unknown; the nearest key is model",
                "f.yaml:7: admin.listen is here; use HOST:PORT with a port from 0 to 65535, or off",
            ]
        ),
        (
            "half an HTTPS identity is a problem", "http: {certificate: a.pem}\n",
            ["f.yaml:6: http.certificate is given without http.key; use both or none"]
        ),
        (
            "two listeners cannot share a port", "http: {listen: \"127.0.0.1:7480\"}\n",
            ["f.yaml: admin.listen is 127.0.0.1:7480, as is http.listen; use another port"]
        ),
        (
            "an API key needs a tenant and one secret",
            "http:\n  api_keys:\n  - {key: abc}\n  - {tenant: t}\n  - x\n",
            [
                "f.yaml:8: http.api_keys[0].tenant is missing; "
                    + "add a name of 1 to 128 characters without control characters",
                "f.yaml:9: http.api_keys[1] needs exactly one of key and key_file",
                "f.yaml:10: http.api_keys[2] is x; use a section",
            ]
        ),
        (
            "an unusable API key is not shown", "http: {api_keys: [{key: \"a b\", tenant: t}]}\n",
            ["f.yaml:6: http.api_keys[0].key is not usable; use 1 to 512 visible ASCII characters"]
        ),
        (
            "an unknown key of an API key names the nearest",
            "http: {api_keys: [{key: a, tennant: t, tenant: t}]}\n",
            ["f.yaml:6: http.api_keys[0].tennant is unknown; the nearest key is http.api_keys[0].tenant"]
        ),
        (
            "an API key counts once",
            "http:\n  api_keys:\n  - {key: a, tenant: t}\n  - {key: a, tenant: u}\n",
            ["f.yaml:9: http.api_keys[1] has the key of an earlier entry; use each key once"]
        ),
        (
            "a site is named once and has an uplink",
            "sites:\n  - {name: b, uplink: 1Gbit/s}\n  - {name: b, uplink: 1Mbit/s}\n  - {name: c}\n",
            [
                "f.yaml:8: sites[1].name is b, as is an earlier entry's; use each once",
                "f.yaml:9: sites[2].uplink is missing; "
                    + "add a rate from 1kB/s to 1TB/s, such as 100MB/s or 1Gbit/s",
            ]
        ),
        (
            "a class is named once, and the built-in one is not changed",
            "request_classes:\n  - {name: a}\n  - {name: a, codecs: [q8]}\n  - {name: exact, codecs: [q8]}\n",
            [
                "f.yaml:8: request_classes[1].name is a, as is an earlier entry's; use each once",
                "f.yaml:9: request_classes[2].name is exact, which is built in; use another name",
            ]
        ),
        (
            "a tenant has one entry, and a share",
            "tenants:\n  shares:\n  - {name: a}\n  - {name: a, weight: 0}\n",
            [
                "f.yaml:9: tenants.shares[1].weight is 0; use a whole number from 1 to 1000",
                "f.yaml:9: tenants.shares[1].name is a, as is an earlier entry's; use each once",
            ]
        ),
        (
            "a priority is one of three words", "request_classes: [{name: a, priority: urgent}]\n",
            [
                "f.yaml:6: request_classes[0].priority is urgent; use interactive, batch or best_effort"
            ]
        ),
        (
            "a budget is more than what is always kept",
            "request_classes:\n  - name: a\n    kv_budget: {tokens: 68}\n",
            [
                "f.yaml:8: request_classes[0].kv_budget.tokens is 68, but 4 sinks and 64 recent tokens are "
                    + "always kept; use more than 68"
            ]
        ),
        (
            "a budget has a number of tokens", "request_classes: [{name: a, kv_budget: {sinks: 1}}]\n",
            [
                "f.yaml:6: request_classes[0].kv_budget.tokens is missing; "
                    + "add a whole number from 1 to 16777216"
            ]
        ),
        (
            "a budget is a section", "request_classes: [{name: a, kv_budget: 5}]\n",
            [
                "f.yaml:6: request_classes[0].kv_budget is 5; "
                    + "use a section with keys out of tokens, sinks, recent"
            ]
        ),
        (
            "a class without a codec cannot send KV", "request_classes: [{name: a, codecs: []}]\n",
            ["f.yaml:6: request_classes[0].codecs has 0 entries; use 1 to 3"]
        ),
        (
            "the default class is a class", "default_class: fast\nrequest_classes: [{name: quick}]\n",
            ["f.yaml:6: default_class is fast; use one of exact, quick"]
        ),
        (
            "a collector is a URL without a user",
            "tracing: {endpoint: \"http://a:b@c:1\", sample_ratio: 2}\n",
            [
                "f.yaml:6: tracing.endpoint is \"http://a:b@c:1\"; "
                    + "use the URL of an OTLP/HTTP collector, such as http://127.0.0.1:4318",
                "f.yaml:6: tracing.sample_ratio is 2; use a number from 0 to 1",
            ]
        ),
        (
            "authorities are for encrypted exports", "tracing: {endpoint: \"http://a\", ca: ca.pem}\n",
            [
                "f.yaml:6: tracing.ca is given, but http://a/v1/traces is not encrypted; use https or no ca"
            ]
        ),
        (
            "a header is named once, is not our own, and has one value that is not shown",
            "tracing:\n  headers:\n  - {name: Host, value: a}\n  - {name: k, value: \"\\t\"}\n"
                + "  - {name: K}\n",
            [
                "f.yaml:8: tracing.headers[0].name is Host; use the name of a header other than Host, "
                    + "Content-Type, Content-Length or Transfer-Encoding",
                "f.yaml:9: tracing.headers[1].value is not usable; "
                    + "use 1 to 4096 visible ASCII characters and spaces, none at the ends",
                "f.yaml:10: tracing.headers[2] needs exactly one of value and value_file",
                "f.yaml:10: tracing.headers[2].name is K, as is an earlier entry's; use each once",
            ]
        ),
        (
            "a policy is one of the list, and its knobs have limits",
            "placement: {policy: best, balance_rel: 0.5, match_threshold: 2, static_threshold: -1}\n",
            [
                "f.yaml:6: placement.policy is best; use least_tt2t, round_robin, least_loaded, power_of_two, "
                    + "prefix_aware or static_threshold",
                "f.yaml:6: placement.balance_rel is 0.5; use a number from 1 to 1000",
                "f.yaml:6: placement.match_threshold is 2; use a number from 0 to 1",
                "f.yaml:6: placement.static_threshold is -1; use a whole number from 0 to 1000000000",
            ]
        ),
        (
            "what is recorded has limits", "recording: {path: d.sqlite, max_rows: 0, max_age: 1s}\n",
            [
                "f.yaml:6: recording.max_rows is 0; use a whole number from 1 to 1000000000",
                "f.yaml:6: recording.max_age is 1s; use a time from 1m to 87840h, such as 500ms or 30s",
            ]
        ),
        (
            "a file that is not there is named", "cluster_secret_file: no.key\n",
            [
                "f.yaml:6: cluster_secret_file is /etc/baton/no.key, which cannot be read: "
                    + "No such file or directory; use a readable file"
            ]
        ),
        (
            "a repeated key is a problem", "name: r2\n",
            ["f.yaml:1: name is given more than once; use it once"]
        ),
        (
            "what is not YAML is a problem", "log: [\n",
            ["f.yaml:7: this is not YAML: did not find expected node content"]
        ),
        (
            "a tab is no indentation", "log:\n\tlevel: info\n",
            ["f.yaml:7: this is not YAML: found character that cannot start any token"]
        ),
    ])
    func router(requirement: String, lines: String, expected: [String]) {
        #expect(problems(RouterSettings.self, routerText + lines) == expected, "\(requirement)")
    }

    @Test(arguments: [
        ("the minimum is enough", "", []),
        ("a wildcard needs no name for peers", "listen: 0.0.0.0:7500\n", []),
        (
            "a wildcard is no name for peers", "listen: 0.0.0.0:7500\nadvertise: \"::\"\n",
            [
                "f.yaml:8: advertise is \"::\"; use a host name or address that other workers can reach"
            ]
        ),
        (
            "the pool has one size", "kv_cache:\n  block_count: 9\n  memory: 1GiB\n",
            ["f.yaml:9: kv_cache.memory and kv_cache.block_count are given; use one of them"]
        ),
        (
            "a size that is cleared is no size", "kv_cache: {memory: }\n",
            ["f.yaml:7: kv_cache.memory is empty; use a size from 1MiB to 64TiB, such as 8MiB"]
        ),
        (
            "a block is a power of two", "kv_cache: {block_tokens: 24}\n",
            ["f.yaml:7: kv_cache.block_tokens is 24; use a power of two from 8 to 256"]
        ),
        (
            "a chunk must have credit", "transfer: {credit: 1MiB, chunk_bytes: 2MiB}\n",
            ["f.yaml:7: transfer.credit is 1MiB, less than a chunk of 2MiB; use at least that"]
        ),
        (
            "more lanes to begin with than there may be", "transfer: {lanes: 8, max_lanes: 4}\n",
            ["f.yaml:7: transfer.max_lanes is 4, less than transfer.lanes, 8; use at least that"]
        ),
        (
            "a window is no shorter than its minimum", "scheduler: {min_wait_window: 6ms}\n",
            [
                "f.yaml:7: scheduler.min_wait_window is 6ms, more than scheduler.wait_window, 5ms; "
                    + "use at most that"
            ]
        ),
        (
            "a prefill policy is one of a few", "scheduler: {prefill_policy: lifo}\n",
            ["f.yaml:7: scheduler.prefill_policy is lifo; use fcfs, fcfs_unchunked or length_aware"]
        ),
        (
            "every worker has raw", "transfer: {codecs: [q8]}\n",
            ["f.yaml:7: transfer.codecs lacks raw, which every worker must have; add it"]
        ),
        (
            "a codec is one of a few", "transfer: {codecs: [raw, zip]}\n",
            ["f.yaml:7: transfer.codecs[1] is zip; use raw, q8 or cachegen"]
        ),
        (
            "a worker has at least one codec", "transfer: {codecs: []}\n",
            ["f.yaml:7: transfer.codecs has 0 entries; use 1 to 3"]
        ),
        (
            "a rate has a unit", "transfer: {prior_rate: 100MB}\n",
            [
                "f.yaml:7: transfer.prior_rate is 100MB; "
                    + "use a rate from 1kB/s to 1TB/s, such as 100MB/s or 1Gbit/s"
            ]
        ),
        (
            "each line of a table is checked, name and value",
            "transfer:\n  expected_rates:\n    D1: 1GB/s\n    d2: fast\n    w1: 1MB/s\n",
            [
                "f.yaml:9: transfer.expected_rates has a line for \"D1\"; use 1 to 63 lower-case letters, "
                    + "digits, '.', '-' or '_', a letter or digit first",
                "f.yaml:9: transfer.expected_rates names w1, which is this worker; name other workers only",
                "f.yaml:10: transfer.expected_rates.d2 is fast; "
                    + "use a rate from 1kB/s to 1TB/s, such as 100MB/s or 1Gbit/s",
            ]
        ),
        (
            "a table is no list", "transfer: {expected_rates: [d1]}\n",
            [
                "f.yaml:7: transfer.expected_rates is a list; use a section of at most 1024 lines NAME: VALUE"
            ]
        ),
        (
            "no path is always degraded", "transfer: {degraded_below: 1}\n",
            ["f.yaml:7: transfer.degraded_below is 1; use a number from 0 to 0.99"]
        ),
        (
            "probes need room for one", "transfer: {probe_bytes_per_hour: 1kB}\n",
            [
                "f.yaml:7: transfer.probe_bytes_per_hour is 1kB; "
                    + "use a size from 1MiB to 1TiB, such as 8MiB, or off"
            ]
        ),
        (
            "an optional number says its other word", "transfer: {layer_group: 0}\n",
            ["f.yaml:7: transfer.layer_group is 0; use a whole number from 1 to 1024, or auto"]
        ),
    ])
    func worker(requirement: String, lines: String, expected: [String]) {
        #expect(problems(WorkerSettings.self, workerText + lines) == expected, "\(requirement)")
    }

    @Test("each engine asks for its files")
    func engines() {
        let head = workerText.split(separator: "\n").dropLast(2).joined(separator: "\n") + "\n"
        #expect(
            problems(WorkerSettings.self, head) == [
                "f.yaml: engine.model is missing; add the path of a GGUF file"
            ]
        )
        #expect(
            problems(WorkerSettings.self, head + "engine: {kind: paced}\n") == [
                "f.yaml: engine.profile is missing; add the path of a hardware profile"
            ]
        )
        #expect(
            problems(WorkerSettings.self, workerText + "  profile: h100.yaml\n") == [
                "f.yaml:7: engine.profile is given, but engine.kind is cpu; remove one or use paced"
            ]
        )
    }

    @Test("everything that is missing or wrong is in one error, in the order of the lines")
    func everyProblem() {
        let text = "cluster: Lab\nhartbeat: 1s\nrouters: [a:1, a:1, \"b:0\"]\ntls: none\nlisten: 5\n"
        let expected = [
            "f.yaml:1: cluster is Lab; use 1 to 63 lower-case letters, digits, '.', '-' or '_', "
                + "a letter or digit first",
            "f.yaml:2: hartbeat is unknown; the nearest key is heartbeat",
            "f.yaml:3: routers[1] is a:1, which the list has already; use it once",
            "f.yaml:3: routers[2] is \"b:0\"; use HOST:PORT with a port from 1 to 65535",
            "f.yaml:4: tls is none; use a section with keys out of ca, certificate, key",
            "f.yaml:5: listen is 5; use HOST:PORT with a port from 0 to 65535, or auto",
            "command line: log.level is 7; use trace, debug, info, notice, warning, error or critical",
            "command line: --set x is not an assignment; use --set key.path=value",
            "command line: --set log is a section; set its keys one by one",
            "command line: scheduler.step_token is unknown; the nearest key is scheduler.step_tokens",
            "f.yaml: name is missing; add 1 to 63 lower-case letters, digits, '.', '-' or '_', "
                + "a letter or digit first",
            "f.yaml: engine.model is missing; add the path of a GGUF file",
        ]
        let overrides = ["log.level=7", "x", "log={level: info}", "scheduler.step_token=4"]
        #expect(Set(problems(WorkerSettings.self, text, overrides)) == Set(expected))
        let lines = problems(WorkerSettings.self, text, overrides)
        #expect(lines.prefix(6) == expected.prefix(6) && lines.suffix(2) == expected.suffix(2))
        #expect(SettingsError(problems: ["a", "b"]).description == "a\nb")
    }

    @Test(arguments: [
        ("- a\n- b\n", ["f.yaml:1: the file is a list; use lines of the form key: value"]),
        ("? [a]\n: 1\n", ["f.yaml:1: a key is no word; use key: value"]),
        ("a: 1\n---\nb: 2\n", ["f.yaml:2: this is not YAML: but found another document"]),
    ])
    func form(text: String, expected: [String]) {
        let found = problems(RouterSettings.self, text)
        #expect(Array(found.prefix(expected.count)) == expected)
    }
}
