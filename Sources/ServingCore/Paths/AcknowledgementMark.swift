import ServingTypes

/// The counters of a path and of its sender when an acknowledgement came.
struct AcknowledgementMark: Sendable {
    /// When it came.
    var time: Timestamp
    /// When the newest of the acknowledged bytes was given to a lane.
    var sentAt: Timestamp
    /// Bytes that the path delivered up to here.
    var delivered: Int
    /// The sender's whole egress up to here.
    var egress: EgressTotals
}
