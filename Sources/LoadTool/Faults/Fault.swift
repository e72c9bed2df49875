internal import ServingTypes

/// Something that is done to a local cluster while a run goes on.
struct Fault: Hashable, Sendable {
    enum Kind: Hashable, Sendable {
        /// Sends a signal to a process.
        case kill(worker: String, process: Int32, signal: FaultSignal)
        /// Limits what a network interface sends, in bits per second as `tc` writes rates.
        case cap(pair: String, interface: NetworkInterface, rate: String)
    }

    var kind: Kind
    /// When, from the start of the run.
    var time: Duration

    /// The option that asks for it.
    var option: String {
        switch kind {
        case .kill: "kill"
        case .cap: "cap"
        }
    }

    /// What is done and to whom, without the time.
    var subject: String {
        switch kind {
        case .kill(let worker, _, let signal): "\(worker):\(signal.name)"
        case .cap(let pair, _, let rate): "\(pair)=\(rate)"
        }
    }
}
