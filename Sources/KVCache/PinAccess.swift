/// What a lane does with the memory of a pinned block.
public enum PinAccess: UInt8, Hashable, Sendable, CaseIterable {
    /// Sends it: its content must not change.
    case reading
    /// Receives into it: its content is not KV yet.
    case writing
}
