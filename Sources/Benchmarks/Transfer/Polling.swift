internal import Foundation

/// Waits for what another process does and nobody announces.
enum Polling {
    private static let interval = 0.005

    /// Looks every five milliseconds until the claim holds.
    ///
    /// - Parameter limit: generous, in seconds: it is reached only when something is broken.
    /// - Throws: ``BenchFailure`` at the limit; the claim's own errors at once.
    static func until(_ what: String, limit: Double = 30, _ claim: () throws -> Bool) throws {
        let deadline = Date(timeIntervalSinceNow: limit)
        while try !claim() {
            guard Date() < deadline else { throw BenchFailure("not within \(limit) s: \(what)") }
            Thread.sleep(forTimeInterval: interval)
        }
    }
}
