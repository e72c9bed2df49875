internal import DaemonKit

/// What `batonctl workers get -o json` prints.
struct WorkerDocument: Encodable {
    /// The worker as it is listed.
    let worker: ClusterDocument.Worker
    /// Its newest report; absent for one that is not connected.
    let load: LoadsDocument.Worker?
    /// Paths from it and to it.
    let links: [ClusterDocument.Link]
}
