internal import CKernels
internal import ServingTypes

/// The C kernels of one instruction set: the codecs' own, and the conversions of stored elements.
struct CodecKernels: @unchecked Sendable {
    // Sendable: the pointers are to constant tables of the program.

    /// The codecs' kernels.
    let codec: UnsafePointer<ck_kv_kernels>
    private let engine: UnsafePointer<ck_kernels>
    private let scalar: UnsafePointer<ck_kernels>

    /// The kernels of an instruction set; `nil` where this machine cannot run them.
    init?(isa: ck_isa) {
        guard let codec = ck_kv_kernels_for(isa), let engine = ck_kernels_for(isa),
            let scalar = ck_kernels_for(CK_SCALAR)
        else { return nil }
        self.codec = codec
        self.engine = engine
        self.scalar = scalar
    }

    /// The fastest kernels that this machine can run.
    static let best: CodecKernels = {
        let preferred = [ck_kernels_best().pointee.isa, CK_AVX2, CK_SCALAR]
        guard let kernels = preferred.lazy.compactMap({ CodecKernels(isa: $0) }).first else {
            preconditionFailure("the scalar kernels run everywhere")
        }
        return kernels
    }()

    /// Widens stored elements; exact.
    func widen(_ type: KVType, _ from: UnsafeRawPointer, _ to: UnsafeMutablePointer<Float>, _ count: Int) {
        let whole = count & ~15
        engine.pointee.widen(ck_type(type), from, to, whole)
        scalar.pointee.widen(ck_type(type), from + whole * type.elementBytes, to + whole, count - whole)
    }

    /// Rounds elements to the KV type, to nearest even.
    func narrow(_ type: KVType, _ from: UnsafePointer<Float>, _ to: UnsafeMutableRawPointer, _ count: Int) {
        let whole = count & ~15
        engine.pointee.narrow(ck_type(type), from, to, whole)
        scalar.pointee.narrow(ck_type(type), from + whole, to + whole * type.elementBytes, count - whole)
    }

    /// Whether all elements are finite.
    func isFinite(_ type: KVType, _ from: UnsafeRawPointer, _ count: Int) -> Bool {
        ck_kv_is_finite(ck_type(type), from, count) != 0
    }
}

extension ck_type {
    /// The kernels' name of a KV element type.
    fileprivate init(_ type: KVType) {
        switch type {
        case .f16: self = CK_F16
        case .bf16: self = CK_BF16
        case .f32: self = CK_F32
        }
    }
}
