/// Everything that can be wrong with a GGUF file; ``GGUFError`` adds the path.
public enum GGUFProblem: Error, Equatable, Sendable {
    /// The operating system refused to open, map or write the file.
    case system(operation: String, reason: String)
    /// The first four bytes are not "GGUF".
    case notGGUF(firstBytes: [UInt8])
    /// The version field reads as a little-endian 2 or 3 only after swapping its bytes.
    case bigEndian
    /// A version other than 2 and 3.
    case unsupportedVersion(UInt32)
    /// A field reaches beyond the end of the file.
    case truncated(what: String, offset: Int, neededBytes: UInt64, availableBytes: Int)
    /// A count above what any real model has.
    case tooMany(what: String, count: UInt64, limit: Int)
    /// A string that is not UTF-8.
    case invalidText(what: String, offset: Int)
    /// A metadata value of a type the format does not define.
    case unknownValueType(key: String, type: UInt32)
    /// An array of arrays, which no published key uses.
    case nestedArray(key: String)
    /// Two metadata entries with one key.
    case duplicateKey(String)
    /// Two tensors with one name.
    case duplicateTensor(String)
    /// `general.alignment` is not a power of two in 8…65536.
    case badAlignment(UInt64)
    /// A tensor whose type number is not known, so that its size is not known either.
    case unknownTensorType(tensor: String, type: UInt32)
    /// A tensor with impossible dimensions or place.
    case badTensor(tensor: String, reason: String)
    /// Two tensors that share bytes.
    case overlappingTensors(String, String)
    /// A metadata key that is needed and absent.
    case missingKey(String)
    /// A metadata value of another type than its key demands.
    case wrongValueType(key: String, expected: String, found: String)
    /// A metadata value out of its range.
    case badValue(key: String, reason: String)
    /// A tensor that is needed and absent.
    case missingTensor(String)
    /// A tensor of another shape than the metadata announces (fastest dimension first).
    case wrongShape(tensor: String, expected: [Int], found: [Int])
    /// A tensor stored in a type the caller cannot compute with.
    case unsupportedTensorType(tensor: String, found: GGUFTensorType, supported: [GGUFTensorType])
    /// A model that is sound but not of a kind that is served.
    case unsupportedModel(reason: String)
    /// A file without tensors where a whole model is needed.
    case vocabularyOnly
    /// A file with neither tensors nor a recorded model digest.
    case noModelDigest
}

extension GGUFProblem: CustomStringConvertible {
    /// A sentence with numbers and what to do.
    public var description: String {
        switch self {
        case .system(let operation, let reason): "cannot \(operation) the file: \(reason)"
        case .notGGUF, .bigEndian, .unsupportedVersion, .truncated, .tooMany, .invalidText:
            containerDescription
        case .unknownValueType, .nestedArray, .duplicateKey, .missingKey, .wrongValueType, .badValue:
            metadataDescription
        case .duplicateTensor, .badAlignment, .unknownTensorType, .badTensor, .overlappingTensors,
            .missingTensor, .wrongShape, .unsupportedTensorType:
            tensorDescription
        case .unsupportedModel(let reason): "\(reason); choose another model"
        case .vocabularyOnly:
            "this is a vocabulary file without weights: give workers the model file it was made from"
        case .noModelDigest:
            "the file has neither tensors nor \(VocabularyFile.digestKey): "
                + "make it with 'batonctl model vocabulary'"
        }
    }

    private var containerDescription: String {
        switch self {
        case .notGGUF(let bytes):
            "not a GGUF file: it starts with bytes \(bytes), not with 'GGUF'; check the path, "
                + "or convert the model"
        case .bigEndian:
            "the file is big-endian: convert it with gguf-py's gguf_convert_endian"
        case .unsupportedVersion(let version):
            "GGUF version \(version) is not supported (2 and 3 are): "
                + "convert the model again with current tools"
        case .truncated(let what, let offset, let needed, let available):
            "\(what) at byte \(offset) needs \(needed) bytes, \(available) are left: the file is cut short "
                + "or damaged, fetch it again"
        case .tooMany(let what, let count, let limit):
            "the file claims \(count) \(what), more than the limit of \(limit): it is damaged, fetch it again"
        case .invalidText(let what, let offset):
            "\(what) at byte \(offset) is not UTF-8: the file is damaged, fetch it again"
        default: "damaged file"
        }
    }

    private var metadataDescription: String {
        switch self {
        case .unknownValueType(let key, let type):
            "metadata '\(key)' has value type \(type), which GGUF does not define: the file is damaged"
        case .nestedArray(let key):
            "metadata '\(key)' is an array of arrays, which is not supported: convert the model again"
        case .duplicateKey(let key): "metadata '\(key)' appears twice: convert the model again"
        case .missingKey(let key): "metadata '\(key)' is missing: convert the model again with current tools"
        case .wrongValueType(let key, let expected, let found):
            "metadata '\(key)' is \(found), expected \(expected): convert the model again"
        case .badValue(let key, let reason): "metadata '\(key)' \(reason): convert the model again"
        default: "damaged metadata"
        }
    }

    private var tensorDescription: String {
        switch self {
        case .duplicateTensor(let name): "tensor '\(name)' appears twice: convert the model again"
        case .badAlignment(let alignment):
            "general.alignment is \(alignment), not a power of two in 8…65536: convert the model again"
        case .unknownTensorType(let name, let type):
            "tensor '\(name)' has type number \(type), which is not known: quantize the model to Q8_0"
        case .badTensor(let name, let reason):
            "tensor '\(name)' \(reason): the file is damaged, fetch it again"
        case .overlappingTensors(let first, let second):
            "tensors '\(first)' and '\(second)' share bytes: the file is damaged, fetch it again"
        case .missingTensor(let name): "tensor '\(name)' is missing: the file is not a whole model"
        case .wrongShape(let name, let expected, let found):
            "tensor '\(name)' has shape \(found), the metadata announces \(expected): convert the model again"
        case .unsupportedTensorType(let name, let found, let supported):
            "tensor '\(name)' is stored as \(found), only "
                + supported.map(\.description).joined(separator: ", ")
                + " can be computed with: quantize the model to one of them"
        default: "damaged tensor"
        }
    }
}
