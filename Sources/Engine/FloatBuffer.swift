/// Uninitialized `Float` memory on cache-line boundaries, owned by one thread or one loop at a time.
final class FloatBuffer {
    /// The first element; valid while the buffer lives.
    private(set) var base: UnsafeMutablePointer<Float>
    private var capacity: Int

    /// Allocates `capacity` elements.
    init(capacity: Int = 0) {
        base = Self.allocate(capacity)
        self.capacity = capacity
    }

    deinit { UnsafeMutableRawPointer(base).deallocate() }

    /// Makes room for `count` elements; old contents are lost when it grows.
    func reserve(_ count: Int) {
        guard count > capacity else { return }
        UnsafeMutableRawPointer(base).deallocate()
        base = Self.allocate(count)
        capacity = count
    }

    private static func allocate(_ count: Int) -> UnsafeMutablePointer<Float> {
        let bytes = max(count, 16) * MemoryLayout<Float>.stride
        return UnsafeMutableRawPointer.allocate(byteCount: bytes, alignment: 64)
            .bindMemory(to: Float.self, capacity: max(count, 16))
    }
}
