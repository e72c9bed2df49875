internal import Glibc

/// A file mapped read-only for as long as this object lives.
///
/// Cutting the file short while it is mapped makes later reads fatal (SIGBUS): replace model files by
/// renaming a new one over the old name, never by writing into them.
///
/// `@unchecked Sendable`: `bytes` points to a private read-only mapping that nothing writes and that is
/// unmapped in `deinit` only, when no other reference exists.
final class MappedFile: @unchecked Sendable {
    let path: String
    let bytes: UnsafeRawBufferPointer

    private init(path: String, bytes: UnsafeRawBufferPointer) {
        self.path = path
        self.bytes = bytes
    }

    deinit {
        if let base = bytes.baseAddress { munmap(UnsafeMutableRawPointer(mutating: base), bytes.count) }
    }

    /// Maps the regular file at `path`; an empty file maps to no bytes.
    static func open(path: String) throws(GGUFProblem) -> MappedFile {
        let descriptor = Glibc.open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
        guard descriptor >= 0 else { throw .system(operation: "open", reason: systemReason()) }
        defer { close(descriptor) }
        var status = stat()
        guard fstat(descriptor, &status) == 0 else {
            throw .system(operation: "read", reason: systemReason())
        }
        guard status.st_mode & S_IFMT == S_IFREG else {
            throw .system(operation: "map", reason: "it is not a regular file")
        }
        guard status.st_size > 0 else {
            return MappedFile(path: path, bytes: UnsafeRawBufferPointer(start: nil, count: 0))
        }
        let count = Int(status.st_size)
        guard let base = mmap(nil, count, PROT_READ, MAP_PRIVATE, descriptor, 0), base != MAP_FAILED else {
            throw .system(operation: "map", reason: systemReason())
        }
        return MappedFile(path: path, bytes: UnsafeRawBufferPointer(start: base, count: count))
    }
}

/// The operating system's words for `errno`, read before any other call can change it.
func systemReason() -> String {
    let code = errno
    guard let text = strerror(code) else { return "error \(code)" }
    return "\(String(cString: text)) (errno \(code))"
}
