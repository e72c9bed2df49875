import Wire

/// Byte strings that mean nothing, and frames that mean almost something.
struct Fuzz {
    private var state: UInt64

    init(seed: UInt64) { state = seed }

    /// 1 to 600 random bytes.
    mutating func bytes() -> [UInt8] {
        let count = 1 + Int(next() % 600)
        return (0..<count).map { _ in UInt8(truncatingIfNeeded: next()) }
    }

    /// A whole frame with a valid head, any type that exists, and random contents.
    mutating func frame() -> [UInt8] {
        let types = MessageType.allCases
        let type = types[Int(next() % UInt64(types.count))]
        do {
            return try Frame(type: type.rawValue, streamID: 0, message: bytes(), payload: bytes()).encoded()
        } catch {
            preconditionFailure("a frame of a kilobyte is within the limits: \(error)")
        }
    }

    private mutating func next() -> UInt64 {
        state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
        return state >> 24
    }
}
