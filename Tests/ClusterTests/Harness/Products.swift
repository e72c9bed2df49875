import Foundation

/// Where the programs and files under test are.
enum Products {
    /// The package's folder, which holds `Tests` and `models`.
    static let package = URL(fileURLWithPath: #filePath).resolvingSymlinksInPath()
        .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent()

    /// The built-in model.
    static let model = package.appending(path: "models/baton-tiny-q8_0.gguf").path

    static let hasModel = FileManager.default.fileExists(atPath: model)

    /// A built program: beside the test bundle, or in the folder `BATON_BIN`.
    static func executable(_ name: String) -> String {
        let folder = ProcessInfo.processInfo.environment["BATON_BIN"].map { URL(fileURLWithPath: $0) }
        return (folder ?? bundleFolder).appending(path: name).path
    }

    private static let bundleFolder = URL(fileURLWithPath: "/proc/self/exe").resolvingSymlinksInPath()
        .deletingLastPathComponent()
}
