public import ServingTypes

/// A GGUF model or vocabulary file, mapped read-only and checked from end to end of its directory.
///
/// Opening reads the directory only; tensor pages are read when they are first used. Versions 2 and 3,
/// little-endian. While it is mapped the file must not be cut short: replace it by renaming.
public final class GGUFFile: Sendable {
    /// The path the file was opened with.
    public let path: String
    /// Format version, 2 or 3.
    public let version: UInt32
    /// Keys and values.
    public let metadata: GGUFMetadata
    /// All tensors in the order of the directory; empty in a vocabulary file.
    public let tensorList: [GGUFTensor]
    /// All tensors by name.
    public let tensors: [String: GGUFTensor]

    let mapping: MappedFile

    private init(mapping: MappedFile, directory: GGUFDirectory) {
        self.mapping = mapping
        path = mapping.path
        version = directory.version
        metadata = GGUFMetadata(keys: directory.keys, fields: directory.fields, mapping: mapping)
        tensorList = directory.tensors.map {
            GGUFTensor(name: $0.name, type: $0.type, shape: $0.shape, range: $0.range, of: mapping)
        }
        tensors = Dictionary(uniqueKeysWithValues: tensorList.map { ($0.name, $0) })
    }

    /// Maps the file at `path` and checks its directory.
    ///
    /// - Throws: ``GGUFError``, whatever the bytes; never traps on a damaged or hostile file.
    /// - Complexity: O(size of the directory).
    public static func open(path: String) throws(GGUFError) -> GGUFFile {
        do {
            let mapping = try MappedFile.open(path: path)
            return GGUFFile(mapping: mapping, directory: try GGUFDirectory(mapping.bytes))
        } catch {
            throw GGUFError(path: path, problem: error)
        }
    }

    /// The tensor `name`, which must have `shape` (fastest dimension first) and one of `types`.
    ///
    /// - Throws: ``GGUFProblem/missingTensor(_:)``, ``GGUFProblem/wrongShape(tensor:expected:found:)`` or
    ///   ``GGUFProblem/unsupportedTensorType(tensor:found:supported:)``, with the path.
    public func tensor(
        _ name: String,
        shape: [Int],
        types: [GGUFTensorType] = GGUFTensorType.computable
    ) throws(GGUFError) -> GGUFTensor {
        guard let tensor = tensors[name] else { throw failure(.missingTensor(name)) }
        guard tensor.shape == shape else {
            throw failure(.wrongShape(tensor: name, expected: shape, found: tensor.shape))
        }
        guard types.contains(tensor.type) else {
            throw failure(.unsupportedTensorType(tensor: name, found: tensor.type, supported: types))
        }
        return tensor
    }

    /// Whether the file carries no weights, as ``VocabularyFile`` writes it.
    public var isVocabularyOnly: Bool { tensorList.isEmpty }

    /// The digest of the model: of every byte of a model file, or as recorded in a vocabulary file.
    ///
    /// Router and workers compare it at connect time. It tells files apart; it is no defence against someone
    /// who constructs two files with one digest on purpose.
    ///
    /// - Throws: ``GGUFProblem/noModelDigest`` for a file without tensors that records none.
    /// - Complexity: reads a model file whole, at the speed of memory or storage; O(1) for a vocabulary file.
    public func modelDigest() throws(GGUFError) -> Bytes128 {
        guard isVocabularyOnly else { return ContentDigest.of(mapping.bytes) }
        guard let text = try metadata.string(VocabularyFile.digestKey) else { throw failure(.noModelDigest) }
        guard let digest = Bytes128(hexadecimal: text) else {
            let reason = "is '\(text)', not 32 hexadecimal digits"
            throw failure(.badValue(key: VocabularyFile.digestKey, reason: reason))
        }
        return digest
    }

    func failure(_ problem: GGUFProblem) -> GGUFError { GGUFError(path: path, problem: problem) }
}
