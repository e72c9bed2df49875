import Foundation

/// Waits for a state that another process reaches and nobody announces.
enum Polling {
    private static let interval = 0.01

    /// Looks every ten milliseconds until the claim holds.
    ///
    /// - Parameter limit: generous, in seconds: it is reached only when something is broken.
    /// - Throws: ``ClusterError`` at the limit; the claim's own errors at once.
    static func until(_ what: String, limit: Double = 30, _ claim: () throws -> Bool) throws {
        try value(what, limit: limit) { try claim() ? true : nil }
    }

    /// Looks every ten milliseconds until there is a value.
    @discardableResult
    static func value<Value>(_ what: String, limit: Double = 30, _ look: () throws -> Value?) throws -> Value
    {
        let deadline = Date(timeIntervalSinceNow: limit)
        while true {
            if let value = try look() { return value }
            guard Date() < deadline else { throw ClusterError("not within \(limit) s: \(what)") }
            Thread.sleep(forTimeInterval: interval)
        }
    }
}
