import ServingCore
import ServingTypes

/// A worker of a test's cluster with its measured ways.
@dynamicMemberLookup struct PlacementWorker: Sendable {
    var snapshot: WorkerSnapshot
    var paths: [WorkerID: PathReport] = [:]

    subscript<Value>(dynamicMember path: WritableKeyPath<WorkerSnapshot, Value>) -> Value {
        get { snapshot[keyPath: path] }
        set { snapshot[keyPath: path] = newValue }
    }

    subscript<Value>(dynamicMember path: KeyPath<WorkerSnapshot, Value>) -> Value {
        snapshot[keyPath: path]
    }
}

extension ClusterSnapshot {
    /// These workers, and a table that has heard of all their ways.
    init(workers: [PlacementWorker]) {
        var links = LinkTable(settings: LinkTableSettings())
        for worker in workers { links.register(worker.ref.id, site: worker.site) }
        for worker in workers {
            let reports = worker.paths.values.sorted { $0.peer < $1.peer }
            links.take(reports, from: worker.ref.id, now: .zero)
        }
        self.init(workers: workers.map(\.snapshot), links: links)
    }
}
