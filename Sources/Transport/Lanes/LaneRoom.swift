/// Where one part of a payload goes.
///
/// Sendable although it carries pointers: the handler that gives them keeps the memory pinned and leaves it
/// alone until the frame has landed or the lane is closed.
public enum LaneRoom: @unchecked Sendable {
    /// Into this memory, in this order.
    ///
    /// - Parameter checksumStart: CRC-32C of what the checksum covers before the part; 0 if nothing.
    case segments([UnsafeMutableRawBufferPointer], checksumStart: UInt32)
    /// So many bytes into a scratch sink: late, cancelled or unknown, but no reason to close the lane.
    case discard(byteCount: Int)

    /// Bytes of the part.
    var byteCount: Int {
        switch self {
        case .segments(let segments, _):
            var byteCount = 0
            for segment in segments { byteCount += segment.count }
            return byteCount
        case .discard(let byteCount): return byteCount
        }
    }
}
