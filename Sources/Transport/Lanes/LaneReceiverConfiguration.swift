/// Limits of a ``LaneReceiver``.
public struct LaneReceiverConfiguration: Hashable, Sendable {
    /// Longest pause within a frame; a lane may be idle between frames for ever, but gives back the memory of
    /// staged payload after this long.
    public var stallTimeout = Duration.seconds(30)

    /// The limits as documented at each property.
    public init() {}
}
