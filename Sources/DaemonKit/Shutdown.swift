internal import ServiceLifecycle

/// Waiting for the end, in services.
public enum Shutdown {
    /// Returns when the process is asked to stop gracefully.
    ///
    /// - Throws: `CancellationError` when it is told to stop at once.
    public static func requested() async throws { try await gracefulShutdown() }

    /// Waits; `false` when the task was cancelled meanwhile.
    public static func pause(_ duration: Duration) async -> Bool {
        do {
            try await Task.sleep(for: duration)
            return true
        } catch {
            return false
        }
    }
}
