public import ServingTypes

extension RouterSettings {
    /// The `pools` section.
    public struct Pools: Hashable, Sendable {
        /// What is done about roles that do not fit the load.
        public var balance = PoolBalanceMode.off
        /// By how much a change of a role must raise the throughput, as a share.
        public var leastGain = 0.15
        /// Utilisation of the busier role below which nothing is changed.
        public var actAbove = 0.7
        /// How long a change must be called for.
        public var settling = Duration.seconds(15)
        /// Shortest time between two changes.
        public var cooldown = Duration.seconds(60)
        /// Shortest time that a worker keeps a role.
        public var dwell = Duration.seconds(300)
        /// Prefill workers that a site keeps.
        public var leastPrefill = 1
        /// Decode workers that a site keeps.
        public var leastDecode = 1
        /// Time over which lengths and rates are averaged.
        public var horizon = Duration.seconds(60)

        /// The defaults.
        public init() {}
    }

    /// The `prefill_classes` section.
    public struct PrefillClasses: Hashable, Sendable {
        /// Whether prefill workers are divided between short and long prompts.
        public var isOn = true
        /// Prefill workers below which they are not.
        public var leastWorkers = 3
        /// Longest short prompt in tokens; `nil` follows the workers' cost models.
        public var shortTokens: Int?
        /// What a prompt of the other class is charged.
        public var penalty = Duration.milliseconds(50)
        /// By how much pressures must differ, as a share of the lower one.
        public var threshold = 0.3
        /// Shortest time between two moves.
        public var cooldown = Duration.seconds(20)
        /// Time whose pressures count.
        public var window = Duration.seconds(10)

        /// The defaults.
        public init() {}
    }
}

extension RouterSettings.Pools {
    /// Reads the `pools` section.
    mutating func read(from reader: inout SettingsReader) {
        let time = SettingKind<Duration>.duration(.zero...(.seconds(86_400)))
        reader.read("pools.balance", &balance, .choice)
        reader.read("pools.least_gain", &leastGain, .number(0...10))
        reader.read("pools.act_above", &actAbove, .number(0...10))
        reader.read("pools.settling", &settling, time)
        reader.read("pools.cooldown", &cooldown, time)
        reader.read("pools.dwell", &dwell, time)
        reader.read("pools.least_prefill", &leastPrefill, .integer(1...100_000))
        reader.read("pools.least_decode", &leastDecode, .integer(1...100_000))
        reader.read("pools.horizon", &horizon, .duration(.seconds(1)...(.seconds(86_400))))
    }
}

extension RouterSettings.PrefillClasses {
    /// Reads the `prefill_classes` section.
    mutating func read(from reader: inout SettingsReader) {
        reader.read("prefill_classes.enabled", &isOn, .flag)
        reader.read("prefill_classes.least_workers", &leastWorkers, .integer(2...100_000))
        reader.readOptional("prefill_classes.short_tokens", &shortTokens, .integer(1...1 << 24))
        reader.read("prefill_classes.penalty", &penalty, .duration(.zero...(.seconds(600))))
        reader.read("prefill_classes.threshold", &threshold, .number(0...100))
        reader.read("prefill_classes.cooldown", &cooldown, .duration(.zero...(.seconds(86_400))))
        reader.read("prefill_classes.window", &window, .duration(.seconds(1)...(.seconds(3_600))))
    }
}

extension SettingKind<PoolBalanceMode> {
    /// One of its names.
    static var choice: SettingKind {
        SettingKind(advice: "off, advise or on") { scalar in
            // YAML readers take a bare off or on for a truth value; here the text counts.
            PoolBalanceMode.allCases.first { $0.name == scalar.text }
        } show: {
            $0.name
        }
    }
}
