internal import GRDB

/// Why decisions cannot be kept in a file, and what to do about it.
public enum RecordingError: Error, Hashable, Sendable, CustomStringConvertible {
    /// The file cannot be opened or written.
    case notWritable(path: String, reason: String)
    /// The file is something else than an SQLite database.
    case notADatabase(path: String)
    /// A later release wrote the file; its migrations are named.
    case newerSchema(path: String, migrations: [String])
    /// There is no room for more.
    case diskFull(path: String)
    /// SQLite failed otherwise.
    case failed(path: String, reason: String)

    /// What is wrong, and what to do.
    public var description: String {
        switch self {
        case .notWritable(let path, let reason):
            "\(path) cannot be written (\(reason)): give the router's user the file and its folder, or change "
                + "recording.path"
        case .notADatabase(let path):
            "\(path) is no SQLite database: move it away, or change recording.path"
        case .newerSchema(let path, let migrations):
            "\(path) was written by a later release (it knows \(migrations.joined(separator: ", "))): run that "
                + "release, or change recording.path"
        case .diskFull(let path):
            "there is no room to write \(path): make room, or lower recording.max_rows, and restart the router"
        case .failed(let path, let reason):
            "\(path): \(reason); check the file with sqlite3, or change recording.path"
        }
    }

    /// Says in our words what SQLite met.
    init(_ error: any Error, path: String) {
        guard let error = error as? DatabaseError else {
            self = .failed(path: path, reason: "\(error)")
            return
        }
        let reason = error.message ?? "\(error.resultCode)"
        self =
            switch error.resultCode {
            case .SQLITE_FULL: .diskFull(path: path)
            case .SQLITE_NOTADB: .notADatabase(path: path)
            case .SQLITE_CANTOPEN, .SQLITE_READONLY, .SQLITE_PERM, .SQLITE_AUTH:
                .notWritable(path: path, reason: reason)
            default: .failed(path: path, reason: reason)
            }
    }
}
