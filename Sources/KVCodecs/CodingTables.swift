internal import CKernels

/// The static tables of `cachegen`'s entropy coder, 320 KiB, computed once per process.
final class CodingTables: @unchecked Sendable {
    // Sendable: the memory is written in `init` only and never freed while the instance lives.

    /// The tables of this process.
    static let shared = CodingTables()

    /// The kernels' view.
    let pointer: UnsafePointer<ck_kv_tables>

    /// Sums of the expected magnitudes of neighbouring classes, times 2^12: half-way between them both cost
    /// the same, about.
    private let bounds: [Int]

    private init() {
        let memory = UnsafeMutablePointer<ck_kv_tables>.allocate(capacity: 1)
        ck_kv_fill_tables(memory)
        pointer = UnsafePointer(memory)
        bounds = withUnsafeBytes(of: &memory.pointee.mean) { means in
            let means = means.bindMemory(to: UInt32.self)
            return zip(means, means.dropFirst()).map { Int($0) + Int($1) }
        }
    }

    deinit { pointer.deallocate() }

    /// The class whose table suits values of a mean magnitude of `sum / count` steps best.
    func classOf(sum: Int, count: Int) -> Int {
        let scaled = sum << (Int(CK_KV_PRECISION) + 1)
        return bounds.firstIndex { scaled <= count * $0 } ?? bounds.count
    }
}
