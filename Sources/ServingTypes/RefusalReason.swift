/// Why the router refused a request before any worker saw it.
public enum RefusalReason: String, Hashable, Sendable, CaseIterable {
    /// Too many requests wait for a place.
    case queueFull = "queue_full"
    /// Too many requests of its tenant wait for a place.
    case tenantWaiting = "tenant_waiting"
    /// Too many requests of its tenant are not over.
    case tenantInFlight = "tenant_in_flight"
    /// Its tenant has used its tokens of this minute.
    case tenantTokens = "tenant_tokens"
    /// Its first token cannot come within the limit that it came with.
    case ttft
    /// No worker can ever hold it.
    case neverFits = "never_fits"
}
