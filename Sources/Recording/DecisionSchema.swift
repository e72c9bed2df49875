internal import GRDB

/// The tables of the file, as steps from each release to the next; a step is never changed once released.
enum DecisionSchema {
    static var migrator: DatabaseMigrator {
        var migrator = DatabaseMigrator()
        migrator.registerMigration("1-decisions") { database in
            try database.execute(sql: decisions)
        }
        return migrator
    }

    private static let decisions = """
        CREATE TABLE decisions (
            id INTEGER PRIMARY KEY AUTOINCREMENT,
            request TEXT NOT NULL UNIQUE,
            client_request_id TEXT NOT NULL,
            unix_ms INTEGER NOT NULL,
            tenant TEXT NOT NULL,
            request_class TEXT NOT NULL,
            outcome TEXT NOT NULL,
            policy TEXT,
            prompt_tokens INTEGER NOT NULL,
            output_tokens INTEGER NOT NULL,
            ttft_ms REAL,
            elapsed_ms REAL,
            document TEXT NOT NULL
        );
        CREATE INDEX decisions_by_time ON decisions (unix_ms);
        CREATE INDEX decisions_by_tenant ON decisions (tenant, unix_ms);
        CREATE INDEX decisions_by_outcome ON decisions (outcome, unix_ms);
        CREATE INDEX decisions_by_client ON decisions (client_request_id);
        """
}
