/// How `batonctl` ends, for scripts.
enum ExitStatus: Int32, CaseIterable {
    /// Done.
    case done = 0
    /// Refused by the router or a worker, or a file cannot be used.
    case failed = 1
    /// The router cannot be reached, does not answer in time, or the connection broke.
    case unreachable = 3
    /// There is no such worker, request or model.
    case notFound = 4
    /// The certificate is missing, not trusted, or may not do this.
    case forbidden = 5
    /// The command line is wrong; as in sysexits.h.
    case usage = 64
    /// Ended by Ctrl-C: 128 and the signal's number, as shells have it.
    case interrupted = 130
    /// Ended by SIGTERM.
    case terminated = 143

    /// The table of the statuses, as help says it.
    static let help =
        "Exits: 0 done, 1 failed, 3 no router, 4 not found, 5 not permitted, 64 usage."
}
