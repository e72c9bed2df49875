internal import Dispatch
internal import Glibc

/// Ctrl-C: the first ends the run in order, the second ends the process.
final class Interrupt {
    /// Exit status of a run that was ended by hand: 128 and the number of SIGINT.
    static let exitStatus: Int32 = 130

    private let sources: [any DispatchSourceSignal]

    /// - Parameter stop: called once, on a thread of the system.
    init(_ stop: @escaping @Sendable () -> Void) {
        let queue = DispatchQueue(label: "baton-load.interrupt")
        let count = Counter()
        sources = [SIGINT, SIGTERM].map { number in
            // Without this the signal would end the process before the source hears of it.
            signal(number, SIG_IGN)
            let source = DispatchSource.makeSignalSource(signal: number, queue: queue)
            source.setEventHandler {
                guard count.next() == 1 else { _exit(Self.exitStatus) }
                stop()
            }
            source.resume()
            return source
        }
    }

    /// Gives the signals their usual meaning again.
    func end() {
        for source in sources { source.cancel() }
        signal(SIGINT, SIG_DFL)
        signal(SIGTERM, SIG_DFL)
    }
}
