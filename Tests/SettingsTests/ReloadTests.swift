import Foundation
import Testing

@testable import Settings

@Suite struct ReloadTests {
    /// Values that differ from the defaults where another number or word would not do, by key.
    private static let others: [String: String] = [
        "http.certificate": "/c.pem", "http.key": "/k.pem", "http.api_keys": "[{key: abc, tenant: a}]",
        "model.aliases": "[other]", "tenants.shares": "[{name: a}]", "fairness.policy": "fcfs",
        "placement.policy": "round_robin", "sites": "[{name: a, uplink: 1GB/s}]", "pools.balance": "on",
        "request_classes": "[{name: fast}]", "tracing.endpoint": "http://127.0.0.1:4318",
        "tracing.headers": "[{name: a, value: b}]", "recording.path": "/d.sqlite",
        "log.level": "debug", "log.format": "json", "listen": "127.0.0.1:1", "http.listen": "127.0.0.1:1",
        "admin.listen": "127.0.0.1:1", "site": "berlin", "advertise": "w.lab", "routers": "[r2:7400]",
        "engine.kind": "paced", "engine.kv_type": "f32", "engine.profile": "/p.yaml",
        "kv_cache.block_tokens": "32", "kv_cache.block_count": "9", "scheduler.reserve": "whole",
        "scheduler.prefill_policy": "fcfs", "scheduler.mixed": "layered", "transfer.codecs": "[raw]",
        "transfer.expected_rates": ".d2=1MB/s", "transfer.max_lanes": "5", "transfer.lanes": "3",
        "prefill_classes.short_tokens": "9", "tenants.max_waiting": "9", "tenants.max_in_flight": "9",
        "tenants.tokens_per_minute": "9", "scheduler.max_batch": "9", "transfer.degraded_below": "0.25",
        "scheduler.short_prompt_tokens": "9", "transfer.layer_group": "9", "engine.threads": "9",
        "transfer.probe_bytes_per_hour": "off", "scheduler.min_wait_window": "1ms",
        "tracing.sample_ratio": "0.5", "default_class": "fast", "cluster_secret_file": "",
    ]

    /// What has to be said before and after, for a value to be allowed.
    private static let before: [String: [String]] = [
        "http.certificate": ["http.certificate=/c1.pem", "http.key=/k1.pem"],
        "http.key": ["http.certificate=/c1.pem", "http.key=/k1.pem"],
        "tracing.ca": ["tracing.endpoint=https://127.0.0.1"],
        "engine.profile": ["engine.kind=paced", "engine.profile=/p1.yaml"],
    ]

    /// What has to be said with it.
    private static let beside: [String: [String]] = [
        "engine.kind": ["engine.profile=/p.yaml"], "default_class": ["request_classes=[{name: fast}]"],
    ]

    /// Another value than the one in force, as an override.
    private static func other(_ setting: EffectiveSetting) -> String? {
        if let value = others[setting.key] {
            // Lines of a table are set one by one.
            if value.hasPrefix(".") { return setting.key + value }
            return value.isEmpty ? nil : "\(setting.key)=\(value)"
        }
        let text = setting.text
        if text == "true" || text == "false" { return "\(setting.key)=\(text == "false")" }
        if text == "null" || text.hasPrefix("/") { return "\(setting.key)=/other" }
        let digits = text.prefix { $0.isNumber }
        if let number = Int(digits) {
            let rest = text.dropFirst(digits.count)
            // A fraction stays one: 0.85 becomes 0.851.
            return rest.hasPrefix(".") ? "\(setting.key)=\(text)1" : "\(setting.key)=\(number + 1)\(rest)"
        }
        return "\(setting.key)=\(text)-other"
    }

    /// Every key is live or waits for a restart, and does in the settings what the table says.
    private func check<Value: ReloadableSettings & ReadableSettings & Equatable>(
        _ type: Value.Type,
        _ text: String
    ) throws {
        let running = try parse(type, text)
        let keys = Set(running.effective.map(\.key))
        #expect(Value.liveKeys.isDisjoint(with: Value.restartKeys.keys))
        let listed = Value.liveKeys.union(Value.restartKeys.keys)
        #expect(listed == keys, "only here or only there: \(listed.symmetricDifference(keys).sorted())")
        for setting in running.effective {
            guard let override = Self.other(setting) else { continue }
            let before = Self.before[setting.key] ?? []
            let beside = Self.beside[setting.key] ?? []
            let base = try parse(type, text, before)
            let read = try parse(type, text, before + beside + [override])
            guard let change = base.compared(to: read).changes.first(where: { $0.key == setting.key }) else {
                Issue.record("\(override) changes nothing")
                continue
            }
            let merged = base.compared(to: read).settings
            let isLive = change.effect == .live
            #expect((merged.value != base.value) == isLive, "\(override): \(change.effect)")
            if isLive { #expect(merged.value == read.value, "\(override)") }
            // What waits for a restart is found again at the next reload, what is live is not.
            #expect(merged.compared(to: read).changes.contains { $0.key == setting.key } == !isLive)
        }
    }

    @Test("every key of a router is live or needs a restart, as its table says")
    func router() throws { try check(RouterSettings.self, routerText) }

    @Test("every key of a worker is live or needs a restart, as its table says")
    func worker() throws { try check(WorkerSettings.self, workerText) }

    @Test("changes are told with both values and the line of the new one; secrets are not told")
    func changes() throws {
        let lines = "http:\n  api_keys:\n  - {key: s3same, tenant: a}\nlog: {level: info}\n"
        let before = try parse(RouterSettings.self, routerText + lines)
        let after = lines.replacing("s3same", with: "s3other").replacing("level: info", with: "level: debug")
        let reload = before.compared(
            to: try parse(RouterSettings.self, routerText + after, ["heartbeat=1s", "http.body_limit=1MiB"])
        )
        #expect(reload.applied.map(\.key) == ["http.api_keys", "http.body_limit", "log.level"])
        #expect(reload.pending.map(\.key) == ["heartbeat"])
        let level = try #require(reload.applied.last)
        #expect(level.old == "info" && level.new == "debug")
        #expect(level.source == .file(name: "f.yaml", line: 9))
        #expect(reload.settings.value.http.apiKeys.map(\.key) == ["s3other"])
        #expect(reload.settings.value.heartbeat == .seconds(3))
        #expect(!"\(reload.applied) \(reload.pending)".contains("s3"))
        // What runs is shown, not what waits in the file.
        let yaml = reload.settings.yaml
        #expect(
            yaml.contains("heartbeat: 3s  # default\n") && yaml.contains("body_limit: 1MiB  # command line\n")
        )
    }

    @Test("a file is read again with the same overrides, and one with a problem changes nothing")
    func file() throws {
        let folder = FileManager.default.temporaryDirectory.appending(path: "reload-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        let path = folder.appending(path: "w.yaml").path
        let keyPath = folder.appending(path: "key").path
        func write(_ lines: String) throws {
            try (workerText + lines).write(toFile: path, atomically: true, encoding: .utf8)
        }
        try write("drain_timeout: 5s\n")
        let running = try WorkerSettings.load(path: path, overrides: ["log.level=debug"])
        try write("drain_timeout: 7s\nlog: {level: error}\n")
        let reload = try running.reloaded()
        #expect(reload.changes.map(\.key) == ["drain_timeout"], "the override still counts")
        #expect(reload.settings.value.drainTimeout == .seconds(7))
        #expect(try reload.settings.reloaded().changes.isEmpty)

        try write("drain_timeout: 7\nscheduler: {stpe_tokens: 3}\n")
        #expect {
            try reload.settings.reloaded()
        } throws: { error in
            (error as? SettingsError)?.problems.map { $0.replacing(path, with: "w.yaml") } == [
                "w.yaml:7: drain_timeout is 7; use a time from 0s to 24h, such as 500ms or 30s",
                "w.yaml:8: scheduler.stpe_tokens is unknown; the nearest key is scheduler.step_tokens",
            ]
        }
        // The content of a key's file counts, not only its name.
        try "first-key".write(toFile: keyPath, atomically: true, encoding: .utf8)
        let lines = "http:\n  api_keys:\n  - {key_file: \(keyPath), tenant: a}\n"
        try (routerText + lines).write(toFile: path, atomically: true, encoding: .utf8)
        let router = try RouterSettings.load(path: path)
        try "other-key".write(toFile: keyPath, atomically: true, encoding: .utf8)
        let other = try router.reloaded()
        #expect(other.applied.map(\.key) == ["http.api_keys"] && other.applied.first?.new == "1 entry")
        #expect(other.settings.value.http.apiKeys.map(\.key) == ["other-key"])
    }

    @Test("what nobody changed is known from what somebody set to the same")
    func defaults() throws {
        let loaded = try parse(WorkerSettings.self, workerText + "drain_timeout: 1m\nheartbeat: 2s\n")
        let changed = loaded.effective.filter { !$0.isDefault }.map(\.path)
        #expect(changed.contains("heartbeat") && !changed.contains("drain_timeout"))
        #expect(!changed.contains("scheduler.step_tokens") && changed.contains("name"))
    }
}
