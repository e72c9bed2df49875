/// The payload of a chunk, at most 4 MiB.
///
/// Sendable although it carries pointers: the source keeps the memory pinned and unchanged until it gets the
/// chunk's token back.
public enum LanePayload: @unchecked Sendable {
    /// Lies in memory, in this order, and is sent from there.
    case segments([UnsafeRawBufferPointer])
    /// Is made when it is sent: `encode` writes it to the start of the memory it is given, `limit` bytes with
    /// no particular content, and returns how many bytes it wrote. Called once, on the lane's thread.
    case encoded(limit: Int, encode: @Sendable (UnsafeMutableRawBufferPointer) -> Int)
}
