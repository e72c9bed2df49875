internal import Foundation

/// Where the programs of this build are.
enum Programs {
    /// This program.
    static let own = URL(fileURLWithPath: "/proc/self/exe").resolvingSymlinksInPath().path

    /// A program in a folder, by default the one beside this program.
    ///
    /// - Throws: ``BenchFailure`` when it is not there.
    static func path(_ name: String, in folder: String?) throws(BenchFailure) -> String {
        let start =
            folder.map { URL(fileURLWithPath: $0) } ?? URL(fileURLWithPath: own).deletingLastPathComponent()
        let path = start.appending(path: name).path
        guard FileManager.default.isExecutableFile(atPath: path) else {
            throw BenchFailure("there is no program \(path): build it, or name its folder with --programs")
        }
        return path
    }
}
