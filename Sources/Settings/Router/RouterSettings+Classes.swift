internal import ServingTypes

extension RouterSettings {
    /// Reads `sites`, each name once.
    static func readSites(from reader: inout SettingsReader) -> [Site] {
        var sites: [Site] = []
        for entry in reader.sections("sites", limit: 1_024) {
            var site = Site(name: "", uplinkRate: 0, downlinkRate: 0)
            reader.require("\(entry).name", &site.name, .label)
            reader.require("\(entry).uplink", &site.uplinkRate, .linkRate)
            // Most places are connected the same way in both directions.
            site.downlinkRate = site.uplinkRate
            reader.read("\(entry).downlink", &site.downlinkRate, .linkRate)
            reader.read("\(entry).max_utilisation", &site.maxUtilisation, .number(0.05...1))
            reader.read("\(entry).max_queue", &site.maxQueue, .duration(.milliseconds(1)...(.seconds(600))))
            reader.read("\(entry).share_below", &site.shareBelow, .number(0...1))
            if sites.contains(where: { $0.name == site.name }) {
                reader.note(
                    "\(entry).name",
                    "\(entry).name is \(site.name), as is an earlier entry's; use each once"
                )
            }
            sites.append(site)
        }
        return sites
    }

    /// Reads `request_classes` and `default_class`; the class `exact` is there without being written.
    mutating func readClasses(from reader: inout SettingsReader) {
        for entry in reader.sections("request_classes", limit: 64) {
            let given = Self.readClass(entry, from: &reader)
            if given.name == RequestClass.exact.name {
                reader.note("\(entry).name", "\(entry).name is exact, which is built in; use another name")
            } else if requestClasses.contains(where: { $0.name == given.name }) {
                reader.note(
                    "\(entry).name",
                    "\(entry).name is \(given.name), as is an earlier entry's; use each once"
                )
            }
            requestClasses.append(given)
        }
        reader.read("default_class", &defaultClass, .label)
        if requestClass(named: defaultClass) == nil {
            let names = allClasses.map(\.name).joined(separator: ", ")
            reader.note("default_class", "default_class is \(defaultClass); use one of \(names)")
        }
    }

    private static func readClass(_ entry: String, from reader: inout SettingsReader) -> RequestClass {
        var given = RequestClass(name: "")
        reader.require("\(entry).name", &given.name, .label)
        reader.readList("\(entry).codecs", &given.codecs, .codec, 1...KVCodec.allCases.count)
        given.budget = readBudget("\(entry).kv_budget", from: &reader)
        let limit = SettingKind<Duration>.duration(.milliseconds(1)...(.seconds(3_600)))
        reader.readOptional("\(entry).priority", &given.priority, .priority)
        reader.readOptional("\(entry).ttft_limit", &given.ttftLimit, limit)
        reader.readOptional("\(entry).tpot_limit", &given.tpotLimit, limit)
        return given
    }

    /// Reads a `kv_budget`: no section means all KV.
    private static func readBudget(_ path: String, from reader: inout SettingsReader) -> KVBudget? {
        let counts = SettingKind<Int>.integer(0...1 << 24)
        guard reader.isSet(path) else {
            var none: Int?
            reader.readOptional(path, &none, counts)
            return nil
        }
        var budget = KVBudget(tokens: 1)
        reader.require("\(path).tokens", &budget.tokens, .integer(1...1 << 24))
        reader.read("\(path).sinks", &budget.sinkTokens, counts)
        reader.read("\(path).recent", &budget.recentTokens, counts)
        let kept = budget.sinkTokens + budget.recentTokens
        if reader.isSet("\(path).tokens"), budget.tokens <= kept {
            reader.note(
                "\(path).tokens",
                "\(path).tokens is \(budget.tokens), but \(budget.sinkTokens) sinks and "
                    + "\(budget.recentTokens) recent tokens are always kept; use more than \(kept)"
            )
        }
        return budget
    }
}
