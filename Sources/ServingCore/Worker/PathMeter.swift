import ServingTypes

/// Estimates the delivery rate to one peer from busy periods of its lanes.
///
/// A period starts with the first chunk given to an idle lane and ends when the last one has left it. Only periods
/// with a real backlog count fully; a short one, which kernel buffers may have swallowed, may only raise the
/// estimate. Source: the application-limited rule of BBR's delivery-rate estimation
/// (draft-cheng-iccrg-delivery-rate-estimation).
struct PathMeter: Sendable {
    /// Bytes below which a busy period proves nothing about a slow path.
    static let backlogBytes = 4 << 20
    /// Share of a new sample in the estimate.
    static let weight = 0.25

    private(set) var bytesPerSecond = 0.0
    private(set) var inFlightBytes = 0
    private var busySince: Timestamp?
    private var busyBytes = 0

    mutating func queued(_ bytes: Int, now: Timestamp) {
        if inFlightBytes == 0 {
            busySince = now
            busyBytes = 0
        }
        inFlightBytes += bytes
    }

    mutating func left(_ bytes: Int, delivered: Bool, now: Timestamp) {
        inFlightBytes -= bytes
        if delivered { busyBytes += bytes }
        guard let start = busySince, inFlightBytes == 0 || busyBytes >= Self.backlogBytes else { return }
        let elapsed = (now - start).inSeconds
        if elapsed > 0, busyBytes > 0 {
            add(Double(busyBytes) / elapsed, isBacklogged: busyBytes >= Self.backlogBytes)
        }
        busySince = inFlightBytes == 0 ? nil : now
        busyBytes = 0
    }

    private mutating func add(_ sample: Double, isBacklogged: Bool) {
        guard bytesPerSecond > 0 else {
            if isBacklogged { bytesPerSecond = sample }
            return
        }
        guard isBacklogged || sample > bytesPerSecond else { return }
        bytesPerSecond += Self.weight * (sample - bytesPerSecond)
    }
}
