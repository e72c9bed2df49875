internal import GRDB
public import ServingTypes

/// Decisions in an SQLite file: one table with the columns that people search by, and the document as JSON.
///
/// The file is in WAL mode, so that others can read it while the router writes. All calls wait for the disk:
/// never make them where a request waits.
public final class DecisionStore: Sendable {
    /// Where the file is.
    public let path: String
    let pool: DatabasePool

    /// Opens the file, makes it if there is none, and brings it up to this release's schema.
    ///
    /// - Throws: ``RecordingError``.
    public init(path: String) throws(RecordingError) {
        self.path = path
        do {
            var configuration = Configuration()
            configuration.busyMode = .timeout(1)
            configuration.prepareDatabase { try $0.execute(sql: "PRAGMA synchronous = NORMAL") }
            pool = try DatabasePool(path: path, configuration: configuration)
            let schema = DecisionSchema.migrator
            let unknown = try pool.read { try schema.appliedIdentifiers($0).subtracting(schema.migrations) }
            guard unknown.isEmpty else {
                throw RecordingError.newerSchema(path: path, migrations: unknown.sorted())
            }
            try schema.migrate(pool)
        } catch let error as RecordingError {
            throw error
        } catch {
            throw RecordingError(error, path: path)
        }
    }

    /// Writes decisions, and removes what the retention does not allow; all or nothing.
    ///
    /// A request that is there already is written anew.
    /// - Parameter unixMilliseconds: the time of day, for the age limit.
    /// - Throws: ``RecordingError``.
    /// - Complexity: O(decisions) beside the disk.
    public func write(
        _ decisions: [DecisionDocument],
        keeping retention: DecisionRetention,
        unixMilliseconds: Int64
    ) throws(RecordingError) {
        let oldest = unixMilliseconds - retention.maxAge.nanoseconds / 1_000_000
        try perform {
            try $0.write { database in
                for decision in decisions { try Self.insert(decision, into: database) }
                try database.execute(
                    sql: "DELETE FROM decisions WHERE id <= (SELECT max(id) FROM decisions) - ?",
                    arguments: [retention.maxRows]
                )
                try database.execute(sql: "DELETE FROM decisions WHERE unix_ms < ?", arguments: [oldest])
            }
        }
    }

    /// The latest decision about a request, by its identity or by the client's name for it.
    ///
    /// - Throws: ``RecordingError``.
    public func decision(named name: String) throws(RecordingError) -> DecisionDocument? {
        let text = try perform {
            try $0.read { database in
                try String.fetchOne(
                    database,
                    sql: """
                        SELECT document FROM decisions WHERE request = ?1 OR client_request_id = ?1
                        ORDER BY id DESC LIMIT 1
                        """,
                    arguments: [name]
                )
            }
        }
        guard let text else { return nil }
        return try perform { _ in try DecisionJSON.decision(from: text) }
    }

    /// The latest decisions, newest first.
    ///
    /// - Throws: ``RecordingError``.
    public func latest(_ limit: Int) throws(RecordingError) -> [DecisionDocument] {
        try perform {
            let texts = try $0.read { database in
                try String.fetchAll(
                    database,
                    sql: "SELECT document FROM decisions ORDER BY id DESC LIMIT ?",
                    arguments: [limit]
                )
            }
            return try texts.map(DecisionJSON.decision)
        }
    }

    private static func insert(_ decision: DecisionDocument, into database: Database) throws {
        let statement = try database.cachedStatement(
            sql: """
                INSERT OR REPLACE INTO decisions (request, client_request_id, unix_ms, tenant, request_class,
                    outcome, policy, prompt_tokens, output_tokens, ttft_ms, elapsed_ms, document)
                VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
                """
        )
        try statement.execute(arguments: [
            decision.request, decision.clientRequestID, decision.submittedUnixMilliseconds, decision.tenant,
            decision.requestClass, decision.outcome ?? decision.state.rawValue,
            decision.attempts.last?.policy, decision.promptTokens, decision.outputTokens,
            decision.ttft?.value, decision.elapsed?.value,
            String(decoding: try DecisionJSON.text(of: decision), as: UTF8.self),
        ])
    }

    private func perform<Result>(_ body: (DatabasePool) throws -> Result) throws(RecordingError) -> Result {
        do { return try body(pool) } catch { throw RecordingError(error, path: path) }
    }
}
