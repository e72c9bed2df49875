public import ServingTypes

/// Why a payload cannot be decoded: it is damaged, or made for another layout or by another version.
public enum KVCodecError: Error, Equatable, CustomStringConvertible {
    /// The payload is not as long as its own tables say.
    case wrongLength(codec: KVCodec, expected: Int, actual: Int)
    /// The first byte names a format that this build does not read.
    case unknownFormat(codec: KVCodec, format: UInt8)
    /// A field has a value that no encoder writes.
    case damaged(codec: KVCodec, field: Field)

    /// What in a payload can be wrong.
    public enum Field: String, Hashable, Sendable {
        /// The group of tokens that share an anchor is larger than a block.
        case groupTokens
        /// Bits of the list of raw cells are set beyond the last cell.
        case rawCells
        /// A plane is neither direct nor anchored.
        case planeKind
        /// A scale is negative or not finite.
        case scale
        /// Entropy-coded words or escapes run out before the last symbol.
        case symbols
        /// Entropy-coded words or escapes are left, or a state does not end where it must.
        case ending
    }

    /// One sentence with the numbers and what to do.
    public var description: String {
        switch self {
        case .wrongLength(let codec, let expected, let actual):
            "\(codec.name) payload has \(actual) bytes, its tables say \(expected): ask for the chunk again"
        case .unknownFormat(let codec, let format):
            "\(codec.name) payload has format \(format), which this build does not read: run equal versions"
        case .damaged(let codec, let field):
            "\(codec.name) payload is damaged in \(field.rawValue): ask for the chunk again"
        }
    }
}
