import ServingTypes

/// What monitoring asks for: cheap to take, so that nothing waits for it.
extension RouterCore {
    /// Calls `body` for every registered worker, in no particular order; O(workers), without copies.
    public func forEachWorker(_ body: (WorkerRegistration, LoadReport?) -> Void) {
        for index in table.entries.indices {
            if let entry = table.entries[index] { body(entry.registration, entry.load) }
        }
    }

    /// What is known of the ways between workers; O(1): to be asked for summaries at leisure.
    public var linkTable: LinkTable { table.links }
}
