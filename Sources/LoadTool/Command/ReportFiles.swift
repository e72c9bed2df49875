internal import Foundation
internal import Workload

/// Reports as files.
enum ReportFiles {
    /// Reads one report.
    ///
    /// - Throws: ``LoadToolError/unusableFile(_:_:)``.
    static func read(_ path: String) throws(LoadToolError) -> RunReport {
        do {
            return try JSONDecoder().decode(
                RunReport.self,
                from: Data(contentsOf: URL(fileURLWithPath: path))
            )
        } catch DecodingError.dataCorrupted(let context) {
            throw .unusableFile(path, "not a result of this program: \(context.debugDescription)")
        } catch let error as DecodingError {
            throw .unusableFile(path, "not a result of this program: \(error)")
        } catch {
            throw .unusableFile(path, error.localizedDescription)
        }
    }

    /// One JSON object, with keys in order.
    static func json(_ report: RunReport) throws -> String {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        return String(decoding: try encoder.encode(report), as: UTF8.self)
    }

    /// Writes a file; folders on the way to it must be there.
    ///
    /// - Throws: ``LoadToolError/unusableFile(_:_:)``.
    static func write(_ text: String, to path: String) throws(LoadToolError) {
        do {
            try Data(text.utf8).write(to: URL(fileURLWithPath: path), options: .atomic)
        } catch {
            throw .unusableFile(path, error.localizedDescription)
        }
    }

    /// Whether a file can be written there: better known before a long run than after it.
    ///
    /// - Throws: ``LoadToolError/unusableFile(_:_:)``.
    static func checkWritable(_ path: String) throws(LoadToolError) {
        let folder = URL(fileURLWithPath: path).deletingLastPathComponent().path
        guard FileManager.default.isWritableFile(atPath: folder) else {
            throw .unusableFile(path, "there is no folder \(folder), or nothing can be written in it")
        }
    }

    /// Where a result is kept; `nil` when it is not wanted.
    static func resultPath(_ options: ReportOptions, label: String) -> String? {
        guard options.saveResult || options.resultFilename != nil || options.resultDir != nil else {
            return nil
        }
        let name = options.resultFilename ?? "\(label).json"
        guard let folder = options.resultDir else { return name }
        return URL(fileURLWithPath: folder).appending(path: name).path
    }
}
