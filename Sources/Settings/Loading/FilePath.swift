internal import Glibc

/// Paths as text.
enum FilePath {
    /// The directory that relative paths of this process start at.
    static var workingDirectory: String { canonical(".") }

    /// The directory of a file, absolute and without links.
    static func directory(of path: String) -> String {
        guard let slash = path.lastIndex(of: "/") else { return workingDirectory }
        return canonical(slash == path.startIndex ? "/" : String(path[..<slash]))
    }

    /// `path` itself if it is absolute, else from `directory` on.
    ///
    /// Leading `..` walk up `directory`, which must be canonical, so the result names the same file.
    static func resolve(_ path: String, in directory: String) -> String {
        guard !path.hasPrefix("/") else { return path }
        var base = directory.split(separator: "/")
        var rest = path.split(separator: "/")[...]
        while let first = rest.first, first == "." || first == ".." {
            if first == ".." && !base.isEmpty { base.removeLast() }
            rest.removeFirst()
        }
        return "/" + (base + rest).joined(separator: "/")
    }

    private static func canonical(_ path: String) -> String {
        guard let resolved = realpath(path, nil) else { return path }
        defer { free(resolved) }
        return String(cString: resolved)
    }
}
