/// How the elements of a tensor are stored; raw values are the format's own numbers.
///
/// Every published type is known by name and size, so that a directory can be checked whole;
/// which of them can be computed with is the engine's business (``computable`` is what ours can).
/// Source: ggml, `enum ggml_type` and the block structures of `ggml-common.h`.
public enum GGUFTensorType: UInt32, CaseIterable, Sendable {
    // The names are the format's own.
    // swift-format-ignore: AlwaysUseLowerCamelCase
    case f32 = 0, f16, q4_0, q4_1
    // swift-format-ignore: AlwaysUseLowerCamelCase
    case q5_0 = 6, q5_1, q8_0, q8_1, q2_k, q3_k, q4_k, q5_k, q6_k, q8_k
    // swift-format-ignore: AlwaysUseLowerCamelCase
    case iq2_xxs = 16, iq2_xs, iq3_xxs, iq1_s, iq4_nl, iq3_s, iq2_s, iq4_xs
    // swift-format-ignore: AlwaysUseLowerCamelCase
    case i8 = 24, i16, i32, i64, f64, iq1_m, bf16
    // swift-format-ignore: AlwaysUseLowerCamelCase
    case tq1_0 = 34, tq2_0
    // swift-format-ignore: AlwaysUseLowerCamelCase
    case mxfp4 = 39, nvfp4, q1_0

    /// The types the CPU engine computes with.
    public static let computable: [GGUFTensorType] = [.f32, .f16, .bf16, .q8_0]

    /// Elements that are stored together.
    public var blockElements: Int { layout.elements }

    /// Bytes of one block.
    public var blockBytes: Int { layout.bytes }

    private var layout: (elements: Int, bytes: Int) {
        switch self {
        case .i8: (1, 1)
        case .f16, .bf16, .i16: (1, 2)
        case .f32, .i32: (1, 4)
        case .f64, .i64: (1, 8)
        case .mxfp4: (32, 17)
        case .nvfp4: (64, 36)
        case .q1_0: (128, 18)
        case .q4_0, .iq4_nl: (32, 18)
        case .q4_1: (32, 20)
        case .q5_0: (32, 22)
        case .q5_1: (32, 24)
        case .q8_0: (32, 34)
        case .q8_1: (32, 36)
        default: (256, superBlockBytes)
        }
    }

    private var superBlockBytes: Int {
        switch self {
        case .q2_k: 84
        case .q3_k, .iq3_s: 110
        case .q4_k: 144
        case .q5_k: 176
        case .q6_k: 210
        case .q8_k: 292
        case .iq1_s: 50
        case .iq1_m: 56
        case .iq2_xxs, .tq2_0: 66
        case .iq2_xs: 74
        case .iq2_s: 82
        case .iq3_xxs: 98
        case .iq4_xs: 136
        case .tq1_0: 54
        default: preconditionFailure("\(self) has no super-block")
        }
    }
}

extension GGUFTensorType: CustomStringConvertible {
    /// The name as tools print it: `F16`, `Q8_0`, `Q4_K`.
    public var description: String { name.uppercased() }

    private var name: String {
        switch self {
        case .f32: "f32"
        case .f16: "f16"
        case .q4_0: "q4_0"
        case .q4_1: "q4_1"
        case .q5_0: "q5_0"
        case .q5_1: "q5_1"
        case .q8_0: "q8_0"
        case .q8_1: "q8_1"
        case .q2_k: "q2_k"
        case .q3_k: "q3_k"
        case .q4_k: "q4_k"
        case .q5_k: "q5_k"
        case .q6_k: "q6_k"
        case .q8_k: "q8_k"
        case .iq2_xxs: "iq2_xxs"
        case .iq2_xs: "iq2_xs"
        case .iq3_xxs: "iq3_xxs"
        case .iq1_s: "iq1_s"
        case .iq4_nl: "iq4_nl"
        case .iq3_s: "iq3_s"
        case .iq2_s: "iq2_s"
        case .iq4_xs: "iq4_xs"
        case .i8: "i8"
        case .i16: "i16"
        case .i32: "i32"
        case .i64: "i64"
        case .f64: "f64"
        case .iq1_m: "iq1_m"
        case .bf16: "bf16"
        case .tq1_0: "tq1_0"
        case .tq2_0: "tq2_0"
        case .mxfp4: "mxfp4"
        case .nvfp4: "nvfp4"
        case .q1_0: "q1_0"
        }
    }
}
