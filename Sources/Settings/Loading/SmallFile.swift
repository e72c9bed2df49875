internal import Glibc

/// Reads files that a person has written.
enum SmallFile {
    /// Most bytes of a settings file.
    static let limit = 1 << 20

    /// The content of a UTF-8 file.
    static func text(at path: String) throws(FileProblem) -> String {
        let bytes = try bytes(at: path, limit: limit)
        guard let text = String(validating: bytes, as: UTF8.self) else {
            throw FileProblem(reason: "it is not UTF-8 text")
        }
        return text
    }

    /// A secret: the content without line ends at its end.
    static func secret(at path: String) throws(FileProblem) -> [UInt8] {
        var bytes = try bytes(at: path, limit: 4_096)
        while bytes.last == UInt8(ascii: "\n") || bytes.last == UInt8(ascii: "\r") { bytes.removeLast() }
        return bytes
    }

    private static func bytes(at path: String, limit: Int) throws(FileProblem) -> [UInt8] {
        let descriptor = open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { throw systemProblem() }
        defer { close(descriptor) }
        var content: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 16_384)
        while true {
            let count = read(descriptor, &buffer, buffer.count)
            if count == 0 { return content }
            if count < 0 {
                guard errno == EINTR else { throw systemProblem() }
            } else {
                content += buffer[..<count]
                guard content.count <= limit else {
                    throw FileProblem(reason: "it has more than \(limit) bytes")
                }
            }
        }
    }

    private static func systemProblem() -> FileProblem {
        FileProblem(reason: String(cString: strerror(errno)))
    }
}
