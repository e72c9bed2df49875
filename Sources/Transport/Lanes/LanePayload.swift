/// The payload of a frame, at most 4 MiB.
public enum LanePayload: Sendable {
    /// Lies in memory, part behind part, and is sent from there.
    case parts([LanePart])
    /// Is one part, made when it is sent: `encode` writes it to the start of the memory it is given, `limit` bytes with
    /// no particular content, and returns how many bytes it wrote. Called once, on the lane's thread.
    case encoded(
        limit: Int,
        checksumStart: UInt32 = 0,
        encode: @Sendable (UnsafeMutableRawBufferPointer) -> Int
    )
}
