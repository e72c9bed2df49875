/// A chunk that a lane has passed on whole.
public struct LaneFinished: Hashable, Sendable {
    /// Names the chunk.
    public let token: UInt64
    /// Size of its payload as sent: the segments' size, or what the encoder wrote.
    public let wireBytes: Int
}
