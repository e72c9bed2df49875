import ServingTypes

/// The bytes that a worker may spend on probes: so many in an hour, a quarter of them saved up at most.
struct ProbeBudget: Sendable {
    static let savedShare = 4
    static let hourSeconds = 3600.0

    private let bytesPerHour: Double
    private let capacity: Double
    private var saved: Double
    private var filledAt: Timestamp?

    init(_ settings: PathSettings) {
        bytesPerHour = Double(settings.probeBytesPerHour)
        let isOn = settings.probeBytesPerHour > 0
        let largest = Double(settings.largestProbeBytes)
        capacity = isOn ? max(bytesPerHour / Double(Self.savedShare), largest) : 0
        saved = capacity
    }

    /// Spends the bytes of one probe, or says no.
    mutating func spend(_ bytes: Int, now: Timestamp) -> Bool {
        if let filledAt, now > filledAt {
            let seconds = (now - filledAt).inSeconds
            saved = min(capacity, saved + bytesPerHour * seconds / Self.hourSeconds)
        }
        filledAt = now
        guard Double(bytes) <= saved else { return false }
        saved -= Double(bytes)
        return true
    }
}
