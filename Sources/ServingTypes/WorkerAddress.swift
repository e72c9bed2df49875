/// Where a worker's peers reach it.
public struct WorkerAddress: Hashable, Sendable, CustomStringConvertible {
    /// The boot that listens there.
    public var worker: WorkerRef
    /// Host name or numeric address.
    public var host: String
    /// TCP port.
    public var port: UInt16

    /// Says where `worker` listens.
    public init(worker: WorkerRef, host: String, port: UInt16) {
        self.worker = worker
        self.host = host
        self.port = port
    }

    /// `<name>@<incarnation> at <host>:<port>`.
    public var description: String { "\(worker) at \(host):\(port)" }
}
