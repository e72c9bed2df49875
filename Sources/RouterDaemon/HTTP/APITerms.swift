internal import Synchronization

/// What the client API goes by and may change while it serves: each request goes by what was in force when it came.
final class APITerms: Sendable {
    /// What is in force.
    struct Current: Sendable {
        let keyring: APIKeyring
        let bodyLimitBytes: Int
        let requestTimeout: Duration
        let writeTimeout: Duration
        let classes: RequestClasses
        let defaults: ServiceDefaults

        init(_ settings: HTTPServerSettings) {
            keyring = APIKeyring(settings.apiKeys)
            bodyLimitBytes = settings.bodyLimitBytes
            requestTimeout = settings.requestTimeout
            writeTimeout = settings.writeTimeout
            classes = settings.requestClasses
            defaults = settings.serviceDefaults
        }
    }

    /// Counts requests; the same one whatever else changes.
    let gate: AdmissionGate
    private let state: Mutex<Current>

    init(_ settings: HTTPServerSettings) {
        gate = AdmissionGate(limit: settings.maxConcurrentRequests, isShared: settings.hasSeveralTenants)
        state = Mutex(Current(settings))
    }

    var current: Current { state.withLock { $0 } }

    /// Goes on by other settings; where the listener is, and its certificate's paths, stay what they are.
    func update(_ settings: HTTPServerSettings) {
        gate.update(limit: settings.maxConcurrentRequests, isShared: settings.hasSeveralTenants)
        let new = Current(settings)
        state.withLock { $0 = new }
    }
}

extension HTTPServerSettings {
    fileprivate var hasSeveralTenants: Bool {
        Set(apiKeys.map(\.tenant)).count > 1 || apiKeys.contains(where: \.namesTenants)
    }
}
