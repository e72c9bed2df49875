internal import ServingTypes

/// Makes KV that looks like a model's, equal on every machine.
///
/// Channels differ in spread and some have an offset of their own; tokens differ in magnitude.
struct PlausibleKV {
    private var state: UInt64

    /// Starts a sequence that `seed` determines.
    init(seed: UInt64) { state = seed }

    /// Cells of `layout`, one after the other.
    mutating func cells(_ count: Int, layout: KVLayout) -> [UInt8] {
        let elements = count * layout.layerBlockBytes / layout.type.elementBytes
        let channels = 2 * layout.kvHeadCount * layout.headDim
        let spreads = (0..<channels).map { _ in 0.25 + 2 * uniform() * uniform() }
        let offsets = (0..<channels).map { _ in uniform() < 0.1 ? 4 * normal() : 0 }
        var values: [Float] = []
        values.reserveCapacity(elements)
        for _ in 0..<count {
            for head in 0..<2 * layout.kvHeadCount {
                for _ in 0..<layout.blockTokens {
                    let magnitude = 0.7 + 0.6 * uniform()
                    for channel in head * layout.headDim..<(head + 1) * layout.headDim {
                        values.append(magnitude * (spreads[channel] * normal() + offsets[channel]))
                    }
                }
            }
        }
        var bytes = [UInt8](repeating: 0, count: elements * layout.type.elementBytes)
        bytes.withUnsafeMutableBytes { bytes in
            values.withUnsafeBufferPointer { values in
                guard let target = bytes.baseAddress, let source = values.baseAddress else { return }
                CodecKernels.best.narrow(layout.type, source, target, elements)
            }
        }
        return bytes
    }

    /// Close to a normal distribution of variance 1: the sum of eight 8-bit uniforms.
    private mutating func normal() -> Float {
        var (bits, sum) = (next(), 0)
        for _ in 0..<8 {
            sum += Int(bits & 255)
            bits >>= 8
        }
        return (Float(sum) - 1_020) / 209.02153
    }

    private mutating func uniform() -> Float { Float(next() >> 40) * 0x1p-24 }

    /// SplitMix64.
    private mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = (state ^ state >> 30) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ mixed >> 27) &* 0x94D0_49BB_1331_11EB
        return mixed ^ mixed >> 31
    }
}
