internal import ServingCore
internal import ServingTypes
internal import Settings

extension FairnessSettings {
    /// The operator's `fairness` and `tenants` sections.
    init(_ options: FairnessOptions, _ tenants: RouterSettings.Tenants) {
        self.init()
        policy =
            switch options.policy {
            case .fair: .fair
            case .fcfs: .fcfs
            }
        dispatchAhead = options.dispatchAhead
        batchQueue = options.batchQueue
        aging = options.aging
        agedPerMille = Int((options.agedShare * 1_000).rounded())
        quantum = options.quantum
        locality = options.locality
        inputCost = options.inputCost
        outputCost = options.outputCost
        rejectsOverTTFT = options.rejectOverTTFT
        outputQuantile = options.outputQuantile
        others = TenantShare(weight: 1, tenants.limits)
        for tenant in tenants.shares {
            self.tenants[TenantTag(name: tenant.name)] = TenantShare(weight: tenant.weight, tenant.limits)
        }
    }
}

extension TenantShare {
    fileprivate init(weight: Int, _ limits: TenantLimits) {
        self.init(
            weight: weight,
            maxWaiting: limits.maxWaiting,
            maxInFlight: limits.maxInFlight,
            tokensPerMinute: limits.tokensPerMinute
        )
    }
}

extension ServiceDefaults {
    /// What the operator's request classes and tenants say of their requests.
    init(_ settings: RouterSettings) {
        self.init()
        for given in settings.requestClasses {
            classes[given.name] = Terms(
                priority: given.priority,
                ttftLimit: given.ttftLimit,
                tpotLimit: given.tpotLimit
            )
        }
        for tenant in settings.tenants.shares { tenants[tenant.name] = tenant.priority }
    }
}

extension APIKey {
    /// The operator's entry.
    init(_ entry: Settings.APIKey) {
        self.init(key: entry.key, tenant: entry.tenant, namesTenants: entry.namesTenants)
    }
}
