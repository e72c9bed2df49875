internal import ServingTypes

extension FairnessOptions {
    /// Reads the `fairness` section.
    mutating func read(from reader: inout SettingsReader) {
        let time = SettingKind<Duration>.duration(.zero...(.seconds(3_600)))
        reader.read("fairness.policy", &policy, .choice)
        reader.read("fairness.dispatch_ahead", &dispatchAhead, time)
        reader.read("fairness.batch_queue", &batchQueue, time)
        reader.read("fairness.aging", &aging, time)
        reader.read("fairness.aged_share", &agedShare, .number(0...1))
        reader.read("fairness.quantum", &quantum, .integer(1...100_000_000))
        reader.read("fairness.locality", &locality, .integer(1...100_000_000))
        reader.read("fairness.input_cost", &inputCost, .integer(0...1_000))
        reader.read("fairness.output_cost", &outputCost, .integer(0...1_000))
        reader.read("fairness.reject_over_ttft", &rejectOverTTFT, .flag)
        reader.read("fairness.output_quantile", &outputQuantile, .number(0...1))
    }
}

extension RouterSettings.Tenants {
    /// Reads the `tenants` section.
    mutating func read(from reader: inout SettingsReader) {
        reader.read("tenants.share_prefixes", &sharePrefixes, .flag)
        limits.read("tenants", from: &reader)
        for entry in reader.sections("tenants.shares", limit: 1_024) {
            var tenant = Tenant(name: "", limits: limits)
            reader.require("\(entry).name", &tenant.name, .text("a name", limit: 128))
            reader.read("\(entry).weight", &tenant.weight, .integer(1...ServiceTerms.maxWeight))
            reader.read("\(entry).priority", &tenant.priority, .priority)
            tenant.limits.read(entry, from: &reader)
            if shares.contains(where: { $0.name == tenant.name }) {
                reader.note(
                    "\(entry).name",
                    "\(entry).name is \(tenant.name), as is an earlier entry's; use each once"
                )
            }
            shares.append(tenant)
        }
    }
}

extension TenantLimits {
    /// Reads the limits of a section.
    fileprivate mutating func read(_ section: String, from reader: inout SettingsReader) {
        reader.readOptional("\(section).max_waiting", &maxWaiting, .integer(0...1_000_000))
        reader.readOptional("\(section).max_in_flight", &maxInFlight, .integer(1...1_000_000))
        reader.readOptional(
            "\(section).tokens_per_minute",
            &tokensPerMinute,
            .integer(1...1_000_000_000_000)
        )
    }
}

extension SettingKind<RequestPriority> {
    /// A priority by its word.
    static var priority: SettingKind {
        let names = RequestPriority.allCases.map(\.name)
        let advice = names.dropLast().joined(separator: ", ") + " or " + (names.last ?? "")
        return SettingKind(advice: advice) {
            RequestPriority(name: $0.text)
        } show: {
            $0.name
        }
    }
}
