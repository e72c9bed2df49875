internal import Settings

/// What came of reading settings and certificates again.
public struct ReloadDocument: Codable, Equatable, Sendable {
    /// One key whose value in the file is no longer the one before.
    public struct Change: Codable, Equatable, Sendable {
        /// The key; a list of sections is one.
        public var key: String
        /// The value before, as YAML.
        public var old: String
        /// The value in the file.
        public var new: String
        /// Where the new value stands.
        public var source: String
        /// Why it counts only from the next start; `nil` when it counts already.
        public var reason: String?
    }

    /// One certificate of the process.
    public struct Certificate: Codable, Equatable, Sendable {
        /// What it is for: `tls` or `https`.
        public var use: String
        /// Its file.
        public var file: String
        /// Whether another one than before is used for new connections.
        public var isNew: Bool
        /// Its serial number, in hexadecimal.
        public var serial: String
        /// When it ends, in seconds since 1970.
        public var expiryUnixSeconds: Int64
        /// Why the files cannot be used; the certificate from before stays in use then.
        public var failure: String?
    }

    /// Name of the process, as in its certificate.
    public var process: String
    /// The file that was read.
    public var file: String
    /// Everything that is wrong with the file; nothing has changed then.
    public var problems: [String] = []
    /// What counts from now on.
    public var applied: [Change] = []
    /// What counts from the next start on.
    public var needsRestart: [Change] = []
    /// Every certificate of the process; none when there are problems.
    public var certificates: [Certificate] = []

    init(process: String, file: String) {
        self.process = process
        self.file = file
    }

    /// Whether all that was read is in use, or will be after a restart.
    public var isSuccess: Bool { problems.isEmpty && certificates.allSatisfy { $0.failure == nil } }
}

extension ReloadDocument.Change {
    init(_ change: SettingChange) {
        key = change.key
        old = change.old
        new = change.new
        source = "\(change.source)"
        if case .restart(let reason) = change.effect { self.reason = reason }
    }
}
