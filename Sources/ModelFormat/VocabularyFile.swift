internal import Glibc
import ServingTypes

/// Makes small GGUF files that carry a model's metadata and no weights.
///
/// A router needs the vocabulary, the chat template and the model's digest, not gigabytes of weights. The
/// file holds all metadata of the model, byte for byte, and the model's digest under ``digestKey``.
public enum VocabularyFile {
    /// Metadata key of the model's digest: 32 hexadecimal digits.
    public static let digestKey = "baton.model_digest"

    /// Writes the vocabulary file of `model` to `path`, whole or not at all.
    ///
    /// Of a vocabulary file it makes an equal copy. An existing file is replaced.
    ///
    /// - Throws: ``GGUFError`` if the model has no vocabulary that ``VocabularySource`` could read, or if the
    ///   file cannot be written.
    /// - Complexity: reads a model file whole for its digest.
    public static func write(from model: GGUFFile, to path: String) throws(GGUFError) {
        let source = try VocabularySource(from: model)
        do {
            try replace(path, with: contents(of: model, digest: source.modelDigest))
        } catch {
            throw GGUFError(path: path, problem: error)
        }
    }

    private static func contents(of model: GGUFFile, digest: Bytes128) -> [UInt8] {
        let keys = model.metadata.keys.filter { $0 != digestKey }
        var bytes = Array("GGUF".utf8)
        append(UInt32(3), to: &bytes)
        append(UInt64(0), to: &bytes)
        append(UInt64(keys.count + 1), to: &bytes)
        for key in keys {
            guard let field = model.metadata.fields[key] else { continue }
            bytes.append(contentsOf: model.mapping.bytes[field.entry])
        }
        append(digestKey, to: &bytes)
        append(GGUFValueType.string.rawValue, to: &bytes)
        append(digest.description, to: &bytes)
        return bytes
    }

    private static func append(_ value: some FixedWidthInteger, to bytes: inout [UInt8]) {
        withUnsafeBytes(of: value.littleEndian) { bytes.append(contentsOf: $0) }
    }

    private static func append(_ text: String, to bytes: inout [UInt8]) {
        append(UInt64(text.utf8.count), to: &bytes)
        bytes.append(contentsOf: text.utf8)
    }

    /// Writes beside `path` and renames, so that no reader ever maps half a file.
    private static func replace(_ path: String, with bytes: [UInt8]) throws(GGUFProblem) {
        let temporary = "\(path).\(getpid()).partial"
        let flags = O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC
        let descriptor = open(temporary, flags, 0o644)
        guard descriptor >= 0 else { throw .system(operation: "create", reason: systemReason()) }
        do throws(GGUFProblem) {
            defer { close(descriptor) }
            try writeAll(bytes, to: descriptor)
            guard fsync(descriptor) == 0 else { throw .system(operation: "write", reason: systemReason()) }
        } catch {
            unlink(temporary)
            throw error
        }
        guard rename(temporary, path) == 0 else {
            let reason = systemReason()
            unlink(temporary)
            throw .system(operation: "rename", reason: reason)
        }
    }

    private static func writeAll(_ bytes: [UInt8], to descriptor: Int32) throws(GGUFProblem) {
        var written = 0
        while written < bytes.count {
            let count = bytes.withUnsafeBytes { buffer in
                Glibc.write(descriptor, buffer.baseAddress?.advanced(by: written), buffer.count - written)
            }
            guard count > 0 else {
                if count < 0, errno == EINTR { continue }
                throw .system(operation: "write", reason: systemReason())
            }
            written += count
        }
    }
}
