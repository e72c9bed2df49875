import Foundation

/// The files of this repository, read from where this file was compiled.
struct SourceTree {
    struct File: Sendable {
        /// Relative to the repository.
        let path: String
        let source: String
        let code: SwiftCode
    }

    static let root = URL(fileURLWithPath: #filePath).resolvingSymlinksInPath()
        .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()

    /// All Swift files under a folder, by path.
    static func swiftFiles(under folder: String) throws -> [File] {
        try all.get().filter { $0.path.hasPrefix("\(folder)/") }
    }

    /// Read once for all tests.
    private static let all = Result {
        try ["Sources", "Tests"].flatMap { try paths(under: $0) }.filter { $0.hasSuffix(".swift") }.map {
            path in
            let source = try text(path)
            return File(path: path, source: source, code: SwiftCode(source))
        }
    }

    /// All files under a folder, by path, without what tools write.
    static func paths(under folder: String) throws -> [String] {
        let skipped = try ignored()
        var found: [String] = []
        var folders = [folder]
        while let folder = folders.popLast() {
            let entries = try FileManager.default.contentsOfDirectory(
                at: root.appending(path: folder),
                includingPropertiesForKeys: [.isDirectoryKey]
            )
            for entry in entries where !skipped.contains(entry.lastPathComponent) {
                let path = folder.isEmpty ? entry.lastPathComponent : "\(folder)/\(entry.lastPathComponent)"
                let isFolder = try entry.resourceValues(forKeys: [.isDirectoryKey]).isDirectory == true
                if isFolder { folders.append(path) } else { found.append(path) }
            }
        }
        return found.sorted()
    }

    /// Names of the folders directly under a folder.
    static func folders(under folder: String) throws -> [String] {
        let names = try paths(under: folder).compactMap { path -> String? in
            let parts = path.dropFirst(folder.count + 1).split(separator: "/")
            return parts.count > 1 ? parts.first.map(String.init) : nil
        }
        return Array(Set(names)).sorted()
    }

    static func text(_ path: String) throws -> String {
        try String(contentsOf: root.appending(path: path), encoding: .utf8)
    }

    /// Names of `.gitignore`, and git's own folder.
    private static func ignored() throws -> Set<String> {
        let lines = try text(".gitignore").split(separator: "\n").map {
            $0.replacingOccurrences(of: "/", with: "")
        }
        return Set(lines + [".git"])
    }
}
