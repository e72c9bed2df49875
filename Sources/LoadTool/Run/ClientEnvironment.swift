internal import Glibc

/// What the system lets this process use.
enum ClientEnvironment {
    /// Descriptors kept for files, event loops and the terminal.
    private static let reserve = 64

    /// Raises the limit on open descriptors as far as the system allows, and fits the number of connections to it.
    static func fitted(_ limits: ClientLimits) -> ClientLimits {
        var limits = limits
        var resource = rlimit()
        let kind = __rlimit_resource_t(RLIMIT_NOFILE.rawValue)
        guard getrlimit(kind, &resource) == 0 else { return limits }
        let wanted = rlim_t(limits.connections + reserve)
        if resource.rlim_cur < wanted {
            resource.rlim_cur = min(wanted, resource.rlim_max)
            // Without it there are fewer connections; nothing else depends on it.
            guard setrlimit(kind, &resource) == 0 else { return limits }
        }
        limits.connections = max(1, min(limits.connections, Int(clamping: resource.rlim_cur) - reserve))
        return limits
    }
}
